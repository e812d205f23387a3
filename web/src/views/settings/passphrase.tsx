import { useState } from "preact/hooks";
import type { Failure } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Banner } from "../parts/banner.js";
import { Button } from "../parts/button.js";
import { failureText } from "../parts/failure-text.js";
import { SecretField } from "../parts/field.js";
import { t } from "../texts/t.js";
import { Card } from "./card.js";

/** Fewer characters than this are guessed. */
const shortest = 8;

/** A passphrase locks the app: set it, change it, take it away. */
export function Passphrase() {
  const has = useAppState((state) => state.me?.hasPassphrase ?? false);
  const actions = useActions();
  return (
    <>
      <Card about={t("settings.passphraseAbout")}>
        <Banner kind={has ? "good" : "info"} icon="lock">{has ? t("settings.passphraseOn") : t("settings.passphraseOff")}</Banner>
        {has && <div><Button icon="lock" onClick={() => void actions.lock()}>{t("settings.lockNow")}</Button></div>}
      </Card>
      <SetForm key={String(has)} has={has} />
      {has && <RemoveForm />}
    </>
  );
}

function SetForm({ has }: { readonly has: boolean }) {
  const owed = useAppState((state) => state.reminders.recovery);
  const [proof, setProof] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const { busy, failure, change } = useChange();
  // The seed is sealed anew, and it is here only until the recovery key was given back.
  const needsProof = has || !owed;
  const mismatch = again !== "" && again !== next;
  const ready = next.length >= shortest && again === next && (!needsProof || proof !== "");
  return (
    <Card title={has ? t("settings.passphraseChange") : t("settings.passphraseSet")}>
      <form class="stack" onSubmit={(event) => {
        event.preventDefault();
        if (ready) void change(next, needsProof ? proof : null).then((ok) => { if (ok) { setProof(""); setNext(""); setAgain(""); } });
      }}>
        {needsProof && (
          <SecretField label={has ? t("settings.passphraseNow") : t("welcome.recoveryKey")} value={proof} onValue={setProof}
            autocomplete={has ? "current-password" : "off"} hint={has ? undefined : t("settings.passphraseProof")} />
        )}
        <SecretField label={t("settings.passphraseNew")} value={next} onValue={setNext} autocomplete="new-password"
          hint={t("settings.passphraseHint", { count: shortest })} />
        <SecretField label={t("settings.passphraseAgain")} value={again} onValue={setAgain} autocomplete="new-password"
          error={mismatch ? t("settings.passphraseDiffers") : undefined} />
        {failure !== null && <Banner kind="danger" icon="error" urgent>{failureText(failure)}</Banner>}
        <div><Button type="submit" kind="primary" busy={busy} disabled={!ready && !busy}>{t("common.save")}</Button></div>
      </form>
    </Card>
  );
}

function RemoveForm() {
  const [proof, setProof] = useState("");
  const { busy, failure, change } = useChange();
  return (
    <Card title={t("settings.passphraseRemove")} about={t("settings.passphraseRemoveAbout")}>
      <form class="stack" onSubmit={(event) => { event.preventDefault(); void change(null, proof); }}>
        <SecretField label={t("settings.passphraseNow")} value={proof} onValue={setProof} autocomplete="current-password"
          error={failure === null ? undefined : failureText(failure)} />
        <div><Button type="submit" busy={busy} disabled={proof === "" && !busy}>{t("settings.passphraseRemove")}</Button></div>
      </form>
    </Card>
  );
}

function useChange() {
  const actions = useActions();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const change = async (next: string | null, proof: string | null): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setFailure(null);
    const outcome = await actions.setPassphrase(next, proof);
    setBusy(false);
    if (outcome.ok) actions.notify("success", next === null ? "passphrase_removed" : "passphrase_set");
    else setFailure(outcome.failure);
    return outcome.ok;
  };
  return { busy, failure, change };
}
