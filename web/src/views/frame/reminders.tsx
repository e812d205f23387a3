import { useActions, useAppState } from "../parts/app.js";
import { Banner } from "../parts/banner.js";
import { Button } from "../parts/button.js";
import { t } from "../texts/t.js";

/** What waits to be done, above the list. */
export function Reminders() {
  const { recovery, update } = useAppState((state) => state.reminders);
  const actions = useActions();
  if (!recovery && !update) return null;
  return (
    <div class="reminders">
      {update && (
        <Banner kind="info" icon="refresh" title={t("frame.updateReady")}
          actions={<Button size="small" kind="primary" onClick={actions.reloadForUpdate}>{t("frame.reload")}</Button>}>
          {t("frame.updateAbout")}
        </Banner>
      )}
      {recovery && (
        <Banner kind="warning" icon="key" title={t("frame.recoveryTitle")}
          actions={
            <Button size="small" onClick={() => actions.navigate({ page: "settings", section: "recovery" })}>
              {t("frame.recoveryAction")}
            </Button>
          }>
          {t("frame.recoveryAbout")}
        </Banner>
      )}
    </div>
  );
}
