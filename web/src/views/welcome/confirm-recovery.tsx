import { useState } from "preact/hooks";
import type { Failure } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { failureText } from "../parts/failure-text.js";
import { Field } from "../parts/field.js";
import { t } from "../texts/t.js";

/** The key asked back, or its end: whoever can give it has kept it. */
export function ConfirmRecovery({ onConfirmed }: { readonly onConfirmed: () => void }) {
  const actions = useActions();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const confirm = async (): Promise<void> => {
    if (busy || text.trim() === "") return;
    setBusy(true);
    const outcome = await actions.confirmRecovery(text.trim());
    setBusy(false);
    if (!outcome.ok) return setFailure(outcome.failure);
    actions.notify("success", "recovery_confirmed");
    onConfirmed();
  };
  return (
    <form class="confirm-recovery" onSubmit={(event) => { event.preventDefault(); void confirm(); }}>
      <Field label={t("welcome.confirmLabel")} value={text} onValue={(value) => { setText(value); setFailure(null); }} mono
        spellcheck={false} autocapitalize="characters" name="recovery-end" hint={t("welcome.confirmHint")}
        error={failure === null ? undefined : failureText(failure)} />
      <Button type="submit" kind="primary" wide busy={busy} disabled={text.trim() === "" && !busy}>{t("welcome.confirm")}</Button>
    </form>
  );
}
