import { useActions, useAppState } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { EmptyState } from "../parts/empty-state.js";
import { t } from "../texts/t.js";

/** An invite that was opened by somebody who has an account. */
export function InvitePage() {
  const fqhn = useAppState((state) => state.me?.fqhn ?? "");
  const actions = useActions();
  return (
    <div class="nothing">
      <EmptyState icon="personAdd" title={t("welcome.inviteTitle")}
        action={
          <Button kind="primary" onClick={() => actions.navigate({ page: "messages", conv: null, message: null }, "replace")}>
            {t("welcome.toMessages")}
          </Button>
        }>
        <p>{t("welcome.inviteAbout", { fqhn })}</p>
      </EmptyState>
    </div>
  );
}
