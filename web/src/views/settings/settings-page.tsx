import type { FunctionComponent } from "preact";
import type { SettingsSection } from "../../app/api.js";
import { PageHead } from "../frame/page-head.js";
import { EmptyState } from "../parts/empty-state.js";
import { t } from "../texts/t.js";
import { About } from "./about.js";
import { Account } from "./account.js";
import { Appearance } from "./appearance.js";
import { Blocked } from "./blocked.js";
import { Devices } from "./devices.js";
import { HistoryFile } from "./history-file.js";
import { LanguageSection } from "./language-section.js";
import { Notifications } from "./notifications.js";
import { Passphrase } from "./passphrase.js";
import { Privacy } from "./privacy.js";
import { Profile } from "./profile.js";
import { Recovery } from "./recovery.js";

const pages: Readonly<Record<SettingsSection, FunctionComponent>> = {
  profile: Profile, recovery: Recovery, passphrase: Passphrase, notifications: Notifications, appearance: Appearance,
  language: LanguageSection, privacy: Privacy, blocked: Blocked, history: HistoryFile, devices: Devices, account: Account,
  about: About,
};

/** One section, in the right pane. */
export function SettingsPage({ section }: { readonly section: SettingsSection | null }) {
  if (section === null) {
    return <div class="nothing"><EmptyState icon="settings" title={t("settings.choose")} /></div>;
  }
  const Page = pages[section];
  return (
    <div class="page" key={section}>
      <PageHead title={t(`settings.${section}`)} backTo={{ page: "settings", section: null }} onlyPhone />
      <div class="page-body"><div class="page-column"><Page /></div></div>
    </div>
  );
}
