import type { FailureReason } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { EmptyState } from "../parts/empty-state.js";
import { t, textOf } from "../texts/t.js";

/** The client cannot go on: why, and what helps. */
export function Failed({ reason }: { readonly reason: FailureReason }) {
  const actions = useActions();
  return (
    <main class="failed">
      <h1 class="unseen">kez</h1>
      <EmptyState icon={reason === "closed_by_other_tab" ? "devices" : "alert"} title={t("welcome.cannotGoOn")}
        action={<Button kind="primary" icon="refresh" onClick={actions.reload}>{t("frame.reload")}</Button>}>
        <p>{textOf(`failed.${reason}`) ?? t("failed.unknown")}</p>
      </EmptyState>
    </main>
  );
}
