import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Banner } from "../parts/banner.js";
import { Button } from "../parts/button.js";
import { failureText } from "../parts/failure-text.js";
import { SecretField } from "../parts/field.js";
import { t } from "../texts/t.js";
import { ConfirmRecovery } from "../welcome/confirm-recovery.js";
import { RecoveryKey } from "../welcome/recovery-key.js";
import { Card } from "./card.js";

/** The recovery key: shown until it was given back; after that with the passphrase, where there is one. */
export function Recovery() {
  const me = useAppState((state) => state.me);
  const owed = useAppState((state) => state.reminders.recovery);
  const actions = useActions();
  const [recovery, setRecovery] = useState<string | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const show = async (proof: string | null): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setFailure(null);
    const outcome = await actions.recoverySeed(proof);
    setBusy(false);
    if (outcome.ok) setRecovery(outcome.value);
    else setFailure(outcome.failure);
  };
  // Out of sight with the page, and once it is known to be kept.
  useEffect(() => { if (!owed) setRecovery(null); }, [owed]);

  return (
    <>
      <Card about={t("settings.recoveryAbout")}>
        {recovery !== null && <RecoveryKey recovery={recovery} fqhn={me?.fqhn ?? ""} />}
        {recovery === null && owed && (
          <Button kind="primary" icon="eye" busy={busy} onClick={() => void show(null)}>{t("settings.showRecovery")}</Button>
        )}
        {recovery === null && !owed && me?.hasPassphrase === true && (
          <form class="stack" onSubmit={(event) => { event.preventDefault(); void show(passphrase); setPassphrase(""); }}>
            <SecretField label={t("welcome.passphrase")} value={passphrase} onValue={setPassphrase} autocomplete="current-password" />
            <div><Button type="submit" busy={busy} disabled={passphrase === "" && !busy} icon="eye">{t("settings.showRecovery")}</Button></div>
          </form>
        )}
        {recovery === null && !owed && me?.hasPassphrase === false && <Banner kind="good">{t("entryFailure.recovery_gone")}</Banner>}
        {failure !== null && <Banner kind="danger" icon="error" urgent>{failureText(failure)}</Banner>}
      </Card>
      {owed && (
        <Card title={t("settings.confirmTitle")} about={t("settings.confirmAbout")}>
          <ConfirmRecovery onConfirmed={() => setRecovery(null)} />
        </Card>
      )}
    </>
  );
}
