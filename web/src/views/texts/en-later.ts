/** The English texts of the pages that come when they are shown (`frame/pages.ts`), and with them. */
import { en as contact } from "./contact/en.js";
import { entryFailure, failed } from "./entry/en.js";
import { en as settings } from "./settings/en.js";
import { en as welcome } from "./welcome/en.js";

export const enLater = { welcome, settings, contact, entryFailure, failed } as const;
