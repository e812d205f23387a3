import { useState } from "preact/hooks";
import type { Failure, Outcome } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Banner } from "../parts/banner.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { failureText } from "../parts/failure-text.js";
import { Field } from "../parts/field.js";
import { t } from "../texts/t.js";
import { Card } from "./card.js";

/** Leaving: this browser, or the handle. */
export function Account() {
  const me = useAppState((state) => state.me);
  const owed = useAppState((state) => state.reminders.recovery);
  const actions = useActions();
  const [asks, setAsks] = useState<"signOut" | "release" | null>(null);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const close = (): void => { setAsks(null); setTyped(""); setFailure(null); };
  const run = async (action: () => Promise<Outcome>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    const outcome = await action();
    setBusy(false);
    if (outcome.ok) close();
    else setFailure(outcome.failure);
  };
  const handle = me?.handle ?? "";
  return (
    <>
      <Card title={t("settings.signOut")} about={t("settings.signOutAbout")}>
        <div><Button icon="logout" onClick={() => setAsks("signOut")}>{t("settings.signOut")}</Button></div>
      </Card>
      <Card title={t("settings.release")} about={t("settings.releaseAbout")}>
        <div><Button kind="danger" onClick={() => setAsks("release")}>{t("settings.release")}</Button></div>
      </Card>
      {asks === "signOut" && (
        <Confirm title={t("settings.signOutTitle")} confirm={t("settings.signOut")} danger busy={busy} onClose={close}
          onConfirm={() => void run(actions.signOut)}>
          <div class="stack">
            <p>{t("settings.signOutAsk")}</p>
            {owed && <Banner kind="danger" icon="key" title={t("settings.signOutOwed")}>{t("settings.signOutOwedAbout")}</Banner>}
            {failure !== null && <Banner kind="danger" icon="error" urgent>{failureText(failure)}</Banner>}
          </div>
        </Confirm>
      )}
      {asks === "release" && (
        <Confirm title={t("settings.releaseTitle", { handle })} confirm={t("settings.release")} danger busy={busy} onClose={close}
          onConfirm={() => { if (typed.trim().toLowerCase() === handle) void run(actions.releaseHandle); }}>
          <div class="stack">
            <p>{t("settings.releaseAsk")}</p>
            <Field label={t("settings.releaseType", { handle })} value={typed} onValue={setTyped} spellcheck={false} autocapitalize="none"
              error={failure === null ? undefined : failureText(failure)} />
          </div>
        </Confirm>
      )}
    </>
  );
}
