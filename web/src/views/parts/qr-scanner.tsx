import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../texts/t.js";
import { Banner } from "./banner.js";
import { Spinner } from "./spinner.js";

/** The browser's own reader of codes, where there is one. Source: W3C, "Accelerated Shape Detection in Images". */
interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}

type DetectorMaker = new (options: { readonly formats: readonly string[] }) => Detector;

function detectorMaker(): DetectorMaker | null {
  const found: unknown = Reflect.get(globalThis, "BarcodeDetector");
  return isMaker(found) ? found : null;
}

function isMaker(value: unknown): value is DetectorMaker {
  return typeof value === "function";
}

/** Whether this browser can scan at all: else there is no button for it. */
export function canScan(): boolean {
  return detectorMaker() !== null && typeof navigator.mediaDevices?.getUserMedia === "function";
}

export interface QrScannerProps {
  /** Called with the text of each code that is seen, once in a row. */
  readonly onScan: (text: string) => void;
}

/** The camera's picture, until it is taken from the page; the camera is off then. */
export function QrScanner({ onScan }: QrScannerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const tell = useRef(onScan);
  tell.current = onScan;
  const [state, setState] = useState<"starting" | "looking" | "refused">("starting");
  useEffect(() => {
    let stream: MediaStream | null = null;
    let frame = 0;
    let ended = false;
    const watch = async (): Promise<void> => {
      const [Maker, picture] = [detectorMaker(), video.current];
      if (Maker === null || picture === null) return setState("refused");
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      if (ended) return stop(stream);
      picture.srcObject = stream;
      await picture.play();
      setState("looking");
      const detector = new Maker({ formats: ["qr_code"] });
      let last = "";
      const look = async (): Promise<void> => {
        const found = await detector.detect(picture).catch(() => []);
        const text = found[0]?.rawValue ?? "";
        if (ended) return;
        if (text !== "" && text !== last) tell.current(text);
        last = text;
        frame = window.setTimeout(() => void look(), 150);
      };
      await look();
    };
    watch().catch(() => { if (!ended) setState("refused"); });
    return () => {
      ended = true;
      clearTimeout(frame);
      if (stream !== null) stop(stream);
    };
  }, []);
  if (state === "refused") return <Banner kind="warning">{t("common.noCamera")}</Banner>;
  return (
    <div class="scanner">
      <video ref={video} muted playsInline aria-label={t("common.camera")} />
      {state === "starting" && <Spinner />}
    </div>
  );
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
