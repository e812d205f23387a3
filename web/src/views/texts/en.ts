/** English: the catalogue whose keys and parameters the others have too. One file per area: `<area>/en.ts`. */
import { en as common } from "./common/en.js";
import { en as frame } from "./frame/en.js";
import { en as welcome } from "./welcome/en.js";
import { en as settings } from "./settings/en.js";
import { en as contact } from "./contact/en.js";
import { alarm, failed, failure, notice, noticeAction, transfer } from "./reasons/en.js";
import { en as conversations } from "./conversations/en.js";
import { en as messages } from "./messages/en.js";
import { en as composer } from "./composer/en.js";
import { en as media } from "./media/en.js";
import { en as search } from "./search/en.js";
import { en as shortcuts } from "./shortcuts/en.js";
import { en as notifications } from "./notifications/en.js";

export const en = {
  common, frame, welcome, settings, contact,
  alarm, failed, failure, notice, noticeAction, transfer,
  conversations, messages, composer, media, search, shortcuts, notifications,
} as const;
