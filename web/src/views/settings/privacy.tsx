import { t } from "../texts/t.js";
import { Card } from "./card.js";
import { PreferenceSwitch } from "./preference-switch.js";

/** What others learn of when one reads, writes and is there. */
export function Privacy() {
  return (
    <>
      <Card title={t("settings.shared")}>
        <PreferenceSwitch name="receipts" label={t("settings.receipts")} description={t("settings.receiptsAbout")} />
        <PreferenceSwitch name="typing" label={t("settings.typing")} description={t("settings.typingAbout")} />
      </Card>
      <Card title={t("settings.here")}>
        <PreferenceSwitch name="online" label={t("settings.online")} description={t("settings.onlineAbout")} />
      </Card>
      <Card title={t("settings.sealing")} about={t("settings.sealingAbout")} />
    </>
  );
}
