import { useState } from "preact/hooks";
import type { FailureReason } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { EmptyState } from "../parts/empty-state.js";
import { t, textOf } from "../texts/t.js";

/** The client cannot go on: why, and what helps. */
export function Failed({ reason }: { readonly reason: FailureReason }) {
  const actions = useActions();
  const [wiping, setWiping] = useState(false);
  return (
    <main class="failed">
      <h1 class="unseen">kez</h1>
      <EmptyState icon={reason === "closed_by_other_tab" ? "devices" : "alert"} title={t("welcome.cannotGoOn")}
        action={<Button kind="primary" icon="refresh" onClick={actions.reload}>{t("frame.reload")}</Button>}>
        <p>{textOf(`failed.${reason}`) ?? t("failed.unknown")}</p>
        {reason === "storage_damaged" && <Button kind="quiet" onClick={() => setWiping(true)}>{t("welcome.wipe")}</Button>}
      </EmptyState>
      {wiping && (
        <Confirm title={t("settings.signOutTitle")} confirm={t("welcome.wipe")} danger onClose={() => setWiping(false)}
          onConfirm={() => { setWiping(false); void actions.signOut(); }}>
          <p>{t("settings.signOutAsk")}</p>
        </Confirm>
      )}
    </main>
  );
}
