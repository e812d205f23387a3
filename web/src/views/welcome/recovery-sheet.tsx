import { useEffect, useState } from "preact/hooks";
import { usePortal } from "../parts/portal.js";
import { drawQr, type QrDrawing } from "../parts/qr-code.js";
import { t } from "../texts/t.js";

export interface RecoverySheetProps {
  readonly recovery: string;
  readonly fqhn: string;
  readonly onDone: () => void;
}

/** A sheet of paper with the key as text and as a code. It is on the page for as long as the printing takes, unseen. */
export function RecoverySheet({ recovery, fqhn, onDone }: RecoverySheetProps) {
  const [code, setCode] = useState<QrDrawing | null>(null);
  useEffect(() => {
    let wanted = true;
    // Without the code the key alone is printed.
    drawQr(recovery).catch(() => ({ modules: 0, path: "" })).then((drawing) => { if (wanted) setCode(drawing); });
    return () => { wanted = false; };
  }, []);
  useEffect(() => {
    if (code === null) return;
    addEventListener("afterprint", onDone, { once: true });
    print();
    return () => removeEventListener("afterprint", onDone);
  }, [code]);
  usePortal(
    <div class="paper" aria-hidden="true">
      <h1>{t("welcome.sheetTitle")}</h1>
      <p>{fqhn}</p>
      {code !== null && code.modules > 0 && (
        <svg viewBox={`-2 -2 ${code.modules + 4} ${code.modules + 4}`} shape-rendering="crispEdges"><path d={code.path} fill="#000" /></svg>
      )}
      <p class="mono">{recovery}</p>
      <p>{t("welcome.fileFoot")}</p>
    </div>,
  );
  return null;
}
