import { useActions } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { rich } from "../texts/rich.js";
import { t } from "../texts/t.js";
import { Card } from "./card.js";

/** How the same account comes to another browser, and what goes along. */
export function Devices() {
  const actions = useActions();
  return (
    <>
      <Card title={t("settings.devicesTitle")} about={t("settings.devicesAbout")}>
        <ol class="steps">
          <li>{t("settings.devicesFirst")}</li>
          <li>{t("settings.devicesSecond")}</li>
          <li>{t("settings.devicesThird")}</li>
        </ol>
        <div class="row-wrap">
          <Button icon="key" onClick={() => actions.navigate({ page: "settings", section: "recovery" })}>{t("settings.recovery")}</Button>
          <Button icon="inbox" onClick={() => actions.navigate({ page: "settings", section: "history" })}>{t("settings.history")}</Button>
        </div>
      </Card>
      <Card title={t("settings.devicesTerminal")} about={rich("settings.devicesTerminalAbout", { command: <code>kez chat</code> })} />
    </>
  );
}
