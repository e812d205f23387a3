import { useRef, useState } from "preact/hooks";
import type { Failure } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { Banner } from "../parts/banner.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { failureText } from "../parts/failure-text.js";
import { TextArea } from "../parts/field.js";
import { canScan, QrScanner } from "../parts/qr-scanner.js";
import { t } from "../texts/t.js";

/** Files of keys have a line or a few; more is another file. */
const largestFile = 16 * 1024;

/** The recovery key in: typed, pasted, scanned, or out of the file that was downloaded. */
export function ImportForm({ onBack }: { readonly onBack: () => void }) {
  const actions = useActions();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [scans, setScans] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const chooser = useRef<HTMLInputElement>(null);

  const take = async (given: string): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setFailure(null);
    const outcome = await actions.importSeed(seedIn(given));
    setBusy(false);
    // On success the phase changes, and this form is gone.
    if (!outcome.ok) setFailure(outcome.failure);
  };

  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const found = seedIn(await file.slice(0, largestFile).text());
    setText(found);
    await take(found);
  };

  return (
    <form class="front-card" onSubmit={(event) => { event.preventDefault(); void take(text); }}>
      <TextArea label={t("welcome.recoveryKey")} value={text} onValue={(value) => { setText(value); setFailure(null); }} mono autofocus rows={3}
        hint={t("welcome.importHint")} error={failure === null ? undefined : failureText(failure)} />
      <div class="row-wrap">
        <Button size="small" icon="file" onClick={() => chooser.current?.click()}>{t("welcome.fromFile")}</Button>
        {canScan() && <Button size="small" icon="qr" onClick={() => setScans(true)}>{t("welcome.scan")}</Button>}
        <input ref={chooser} type="file" class="unseen" tabIndex={-1} aria-label={t("welcome.fromFile")} accept=".txt,.nk,text/plain"
          onChange={(event) => { void read(event.currentTarget.files?.[0]); event.currentTarget.value = ""; }} />
      </div>
      <Button type="submit" kind="primary" size="large" wide busy={busy} disabled={text.trim() === ""}>{t("welcome.import")}</Button>
      <Button kind="quiet" wide icon="back" onClick={onBack}>{t("welcome.newInstead")}</Button>
      <Banner kind="info">{t("welcome.importDevices")}</Banner>
      {scans && (
        <Dialog title={t("welcome.scan")} onClose={() => setScans(false)}>
          <QrScanner onScan={(found) => { setScans(false); setText(found); void take(found); }} />
        </Dialog>
      )}
    </form>
  );
}

/** The key within a text that has more in it, as our own file has; else the text without white space. */
export function seedIn(text: string): string {
  return /\bSU[A-Z2-7]{56}\b/.exec(text)?.[0] ?? text.replace(/\s+/g, "");
}
