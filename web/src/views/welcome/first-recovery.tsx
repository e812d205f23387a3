import { useAppState } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { t } from "../texts/t.js";
import { ConfirmRecovery } from "./confirm-recovery.js";
import { firstKey } from "./first-key.js";
import { Front } from "./front.js";
import { RecoveryKey } from "./recovery-key.js";

/** Right after an account was made: its recovery key, and the question whether it is kept. */
export function FirstRecovery({ recovery }: { readonly recovery: string }) {
  const me = useAppState((state) => state.me);
  const isOwed = useAppState((state) => state.reminders.recovery);
  const go = (): void => firstKey.set({ kind: "none" });
  return (
    <Front title={t("welcome.recoveryTitle", { handle: me?.handle ?? "" })} about={t("welcome.recoveryAbout")}>
      <div class="front-card">
        <RecoveryKey recovery={recovery} fqhn={me?.fqhn ?? ""} />
        {isOwed && <ConfirmRecovery onConfirmed={go} />}
        <Button kind={isOwed ? "quiet" : "primary"} wide onClick={go}>{isOwed ? t("welcome.later") : t("welcome.goOn")}</Button>
      </div>
    </Front>
  );
}
