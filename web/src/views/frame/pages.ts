/**
 * The views that most visits do without, in one chunk that is fetched when the first of them is shown. (One, for a bundler
 * makes a chunk of its own out of whatever any two share.)
 */
import { enLater } from "../texts/en-later.js";
import { addEnglish } from "../texts/t.js";

export { ContactSheet } from "../contact/contact-sheet.js";
export { LinkPage } from "../contact/link-page.js";
export { SettingsList } from "../settings/settings-list.js";
export { SettingsPage } from "../settings/settings-page.js";
export { FirstRecovery } from "../welcome/first-recovery.js";
export { KeyLost } from "../welcome/key-lost.js";
export { Unlock } from "../welcome/unlock.js";
export { Welcome } from "../welcome/welcome.js";
export { Failed } from "./failed.js";
export { InvitePage } from "./invite-page.js";
export { OwnCode } from "./own-code.js";

addEnglish(enLater);
