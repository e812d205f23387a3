/** The sections of the settings, in the order of the list. */
import type { SettingsSection } from "../../app/api.js";
import type { IconName } from "../parts/icon.js";

export interface SectionEntry {
  readonly section: SettingsSection;
  readonly icon: IconName;
}

/** In groups that are set apart. */
export const groups: readonly (readonly SectionEntry[])[] = [
  [{ section: "recovery", icon: "key" }, { section: "passphrase", icon: "lock" }, { section: "devices", icon: "devices" }],
  [
    { section: "notifications", icon: "bell" }, { section: "appearance", icon: "palette" },
    { section: "language", icon: "language" },
  ],
  [{ section: "privacy", icon: "eye" }, { section: "blocked", icon: "block" }, { section: "history", icon: "inbox" }],
  [{ section: "account", icon: "logout" }, { section: "about", icon: "info" }],
];
