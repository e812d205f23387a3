import { useState } from "preact/hooks";
import type { Failure } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { failureText } from "../parts/failure-text.js";
import { SecretField } from "../parts/field.js";
import { t } from "../texts/t.js";
import { Front } from "./front.js";

/** The app is locked: its keys are not in memory, and nothing of it can be read. */
export function Unlock() {
  const actions = useActions();
  const [passphrase, setPassphrase] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [forgotten, setForgotten] = useState(false);
  const unlock = async (): Promise<void> => {
    if (busy || passphrase === "") return;
    setBusy(true);
    const outcome = await actions.unlock(passphrase);
    setBusy(false);
    if (outcome.ok) return;
    setFailure(outcome.failure);
    setPassphrase("");
  };
  return (
    <Front title={t("welcome.locked")} about={t("welcome.lockedAbout")}>
      <form class="front-card" onSubmit={(event) => { event.preventDefault(); void unlock(); }}>
        <SecretField label={t("welcome.passphrase")} value={passphrase} autofocus autocomplete="current-password" name="passphrase"
          onValue={(value) => { setPassphrase(value); if (value !== "") setFailure(null); }}
          error={failure === null ? undefined : failureText(failure)} />
        <Button type="submit" kind="primary" size="large" wide busy={busy} disabled={passphrase === "" && !busy}>{t("welcome.unlock")}</Button>
        <Button kind="quiet" wide onClick={() => setForgotten(true)}>{t("welcome.forgotten")}</Button>
      </form>
      {forgotten && (
        <Confirm title={t("welcome.forgotten")} confirm={t("welcome.wipe")} danger onClose={() => setForgotten(false)}
          onConfirm={() => { setForgotten(false); void actions.signOut(); }}>
          <p>{t("welcome.forgottenAbout")}</p>
        </Confirm>
      )}
    </Front>
  );
}
