import { useActions, useAppState } from "../parts/app.js";
import { Choice } from "../parts/choice.js";
import { t } from "../texts/t.js";
import { Card } from "./card.js";
import { PreferenceSwitch } from "./preference-switch.js";

export function Appearance() {
  const theme = useAppState((state) => state.preferences.theme);
  const actions = useActions();
  return (
    <>
      <Card>
        <Choice label={t("settings.theme")} value={theme} onChange={(value) => actions.setPreference("theme", value)} options={[
          { value: "system", label: t("settings.themeSystem"), icon: "monitor" },
          { value: "light", label: t("settings.themeLight"), icon: "sun" },
          { value: "dark", label: t("settings.themeDark"), icon: "moon" },
        ]} />
        <p class="card-about">{t("settings.themeAbout")}</p>
      </Card>
      <Card title={t("settings.writing")}>
        <PreferenceSwitch name="enterSends" label={t("settings.enterSends")} description={t("settings.enterSendsAbout")} />
      </Card>
    </>
  );
}
