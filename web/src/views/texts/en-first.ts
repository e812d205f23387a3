/** The English texts that every visit needs; the rest is in `en-later.ts`. */
import { en as common } from "./common/en.js";
import { en as composer } from "./composer/en.js";
import { en as conversations } from "./conversations/en.js";
import { en as frame } from "./frame/en.js";
import { en as media } from "./media/en.js";
import { en as messages } from "./messages/en.js";
import { en as notifications } from "./notifications/en.js";
import { alarm, failure, notice, noticeAction, transfer } from "./reasons/en.js";
import { en as search } from "./search/en.js";
import { en as shortcuts } from "./shortcuts/en.js";

export const enFirst = {
  common, frame, alarm, failure, notice, noticeAction, transfer, conversations, messages, composer, media, search,
  shortcuts, notifications,
} as const;
