import { useEffect, useState } from "preact/hooks";
import type { ConversationView, SafetyNumber } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { Banner } from "../parts/banner.js";
import { Button } from "../parts/button.js";
import { CopyButton } from "../parts/copy-button.js";
import { Dialog } from "../parts/dialog.js";
import { failureText } from "../parts/failure-text.js";
import { Icon } from "../parts/icon.js";
import { Name } from "../parts/name.js";
import { QrCode } from "../parts/qr-code.js";
import { canScan, QrScanner } from "../parts/qr-scanner.js";
import { Spinner } from "../parts/spinner.js";
import { dateOf } from "../texts/dates.js";
import { rich } from "../texts/rich.js";
import { t } from "../texts/t.js";

type Found = "match" | "mismatch" | "not_a_code";

/** The safety number, to be compared by voice or by scanning, and whether that was done. */
export function Safety({ contact }: { readonly contact: ConversationView }) {
  const actions = useActions();
  const [number, setNumber] = useState<SafetyNumber | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [showsCode, setShowsCode] = useState(false);
  const [scans, setScans] = useState(false);
  const [found, setFound] = useState<Found | null>(null);
  const { verifiedAt } = contact.trust;
  useEffect(() => {
    let wanted = true;
    void actions.safetyNumber(contact.id).then((outcome) => {
      if (!wanted) return;
      if (outcome.ok) setNumber(outcome.value);
      else setFailed(failureText(outcome.failure));
    });
    return () => { wanted = false; };
  }, [contact.id]);
  const compare = (text: string): void => {
    setScans(false);
    void actions.compareSafetyCode(contact.id, text).then(setFound);
  };
  return (
    <section class="card">
      <h3 class="card-title">{t("contact.safety")}</h3>
      <p class="card-about">{rich("contact.safetyAbout", { name: <Name>{contact.name.text}</Name> })}</p>
      {failed !== null && <Banner kind="danger" icon="error">{failed}</Banner>}
      {number === null && failed === null && <Spinner />}
      {number !== null && (
        <>
          <ol class="safety mono" aria-label={t("contact.safety")}>
            {number.groups.map((group, at) => <li key={at}>{group}</li>)}
          </ol>
          {showsCode && <div class="safety-code"><QrCode text={number.code} label={t("contact.safetyQr")} size={220} /></div>}
          <div class="row-wrap">
            <Button size="small" icon="qr" aria-expanded={showsCode} onClick={() => setShowsCode(!showsCode)}>
              {showsCode ? t("contact.hideCode") : t("contact.showCode")}
            </Button>
            {canScan() && <Button size="small" icon="camera" onClick={() => { setFound(null); setScans(true); }}>{t("contact.scanCode")}</Button>}
            <CopyButton size="small" text={number.groups.join(" ")} />
          </div>
        </>
      )}
      {found !== null && <Comparison found={found} />}
      {verifiedAt !== null && (
        <p class="safety-verified"><Icon name="shieldCheck" />{t("contact.verifiedOn", { date: dateOf(verifiedAt) })}</p>
      )}
      <div>
        <Button kind={verifiedAt === null ? "primary" : "secondary"} size="small" icon={verifiedAt === null ? "shieldCheck" : undefined}
          disabled={number === null} onClick={() => void actions.markVerified(contact.id, verifiedAt === null)}>
          {verifiedAt === null ? t("contact.markVerified") : t("contact.unmarkVerified")}
        </Button>
      </div>
      {scans && (
        <Dialog title={t("contact.scanCode")} onClose={() => setScans(false)}><QrScanner onScan={compare} /></Dialog>
      )}
    </section>
  );
}

function Comparison({ found }: { readonly found: Found }) {
  switch (found) {
    case "match": return <Banner kind="good" icon="shieldCheck" urgent>{t("contact.scanMatch")}</Banner>;
    case "mismatch": return <Banner kind="danger" urgent title={t("contact.scanMismatchTitle")}>{t("contact.scanMismatch")}</Banner>;
    case "not_a_code": return <Banner kind="warning" icon="qr" urgent>{t("contact.scanNoCode")}</Banner>;
  }
}
