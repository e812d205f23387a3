import { useEffect, useState } from "preact/hooks";
import { t } from "../texts/t.js";
import { Spinner } from "./spinner.js";

export interface QrCodeProps {
  readonly text: string;
  /** What scanning it gives. */
  readonly label: string;
  readonly size?: number;
}

/** In units of one module. */
export interface QrDrawing {
  readonly modules: number;
  readonly path: string;
}

/** `text` for a camera. Dark on white in either theme, with the quiet zone that scanners want. */
export function QrCode({ text, label, size = 220 }: QrCodeProps) {
  const [drawing, setDrawing] = useState<QrDrawing | "failed" | null>(null);
  useEffect(() => {
    let wanted = true;
    setDrawing(null);
    drawQr(text).catch(() => "failed" as const).then((made) => { if (wanted) setDrawing(made); });
    return () => { wanted = false; };
  }, [text]);
  if (drawing === "failed") return <p class="qr-failed">{t("common.qrFailed")}</p>;
  const side = drawing === null ? 1 : drawing.modules + 8;
  return (
    <div class="qr" style={{ width: size, height: size }}>
      {drawing === null ? <Spinner /> : (
        <svg role="img" aria-label={label} viewBox={`-4 -4 ${side} ${side}`} width={size} height={size} shape-rendering="crispEdges">
          <path d={drawing.path} fill="#000" />
        </svg>
      )}
    </div>
  );
}

/** Fetched when a code is shown for the first time: few people ever need it. */
export async function drawQr(text: string): Promise<QrDrawing> {
  const { default: make } = await import("qrcode-generator");
  const code = make(0, "M");
  code.addData(text, "Byte");
  code.make();
  const modules = code.getModuleCount();
  let path = "";
  for (let row = 0; row < modules; row++) {
    for (let column = 0; column < modules; column++) {
      if (code.isDark(row, column)) path += `M${column} ${row}h1v1h-1z`;
    }
  }
  return { modules, path };
}
