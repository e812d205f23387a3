import { useState } from "preact/hooks";
import { Button } from "../parts/button.js";
import { CopyButton } from "../parts/copy-button.js";
import { saveAs } from "../parts/save-as.js";
import { t } from "../texts/t.js";
import { RecoverySheet } from "./recovery-sheet.js";

/** The key, and the three ways to keep it. */
export function RecoveryKey({ recovery, fqhn }: { readonly recovery: string; readonly fqhn: string }) {
  const [prints, setPrints] = useState(false);
  const download = (): void => {
    const text = `${t("welcome.fileHead", { fqhn })}\n\n${recovery}\n\n${t("welcome.fileFoot")}\n`;
    saveAs(new Blob([text], { type: "text/plain" }), `kez-${fqhn.replace("@", "-at-").replace(/[^\w.-]/g, "_")}.txt`);
  };
  return (
    <section class="recovery" aria-label={t("welcome.recoveryKey")}>
      {/* In groups for the eye; what is copied out of it by hand has no gaps. */}
      <p class="recovery-key mono" translate={false} data-testid="recovery-key">
        {(recovery.match(/.{1,4}/g) ?? []).map((group, at) => <span key={at}>{group}</span>)}
      </p>
      <div class="recovery-ways">
        <CopyButton text={recovery} label={t("welcome.copyKey")} />
        <Button icon="download" onClick={download}>{t("welcome.download")}</Button>
        <Button icon="print" onClick={() => setPrints(true)}>{t("welcome.print")}</Button>
      </div>
      {prints && <RecoverySheet recovery={recovery} fqhn={fqhn} onDone={() => setPrints(false)} />}
    </section>
  );
}
