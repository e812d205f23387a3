/** German. One file per area: `<area>/de.ts`. */
import type { Catalogue } from "./catalogue.js";
import { de as common } from "./common/de.js";
import { de as frame } from "./frame/de.js";
import { de as welcome } from "./welcome/de.js";
import { de as settings } from "./settings/de.js";
import { de as contact } from "./contact/de.js";
import { entryFailure, failed } from "./entry/de.js";
import { alarm, failure, notice, noticeAction, transfer } from "./reasons/de.js";
import { de as conversations } from "./conversations/de.js";
import { de as messages } from "./messages/de.js";
import { de as composer } from "./composer/de.js";
import { de as media } from "./media/de.js";
import { de as search } from "./search/de.js";
import { de as shortcuts } from "./shortcuts/de.js";
import { de as notifications } from "./notifications/de.js";

export const de: Catalogue = {
  common, frame, welcome, settings, contact,
  alarm, entryFailure, failed, failure, notice, noticeAction, transfer,
  conversations, messages, composer, media, search, shortcuts, notifications,
};
