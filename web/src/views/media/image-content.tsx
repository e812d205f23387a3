import { useState } from "preact/hooks";
import { Spinner } from "../parts/spinner.js";
import { t } from "../texts/t.js";
import type { Dimensions } from "./dimensions.js";
import type { ShownFile } from "./urls.js";

/** Pixels of the largest and of the smallest side in a bubble. */
const MOST = 320;
const LEAST = 80;

export interface ImageContentProps {
  /** null: it is still being read. */
  readonly file: ShownFile | null;
  readonly name: string;
  readonly onOpen: () => void;
}

/** A picture in its bubble, in a place that is as large before it is decoded as after. */
export function ImageContent({ file, name, onOpen }: ImageContentProps) {
  const [isBroken, setBroken] = useState(false);
  const size = sizeIn(file?.dimensions ?? null);
  if (file === null) return <div class="image-place" style={size ?? undefined}><Spinner size={22} /></div>;
  if (isBroken) return <p class="image-broken">{t("media.imageBroken", { name })}</p>;
  return (
    <button type="button" class="image" style={size ?? undefined} aria-label={t("media.openImage", { name })} onClick={onOpen}>
      <img src={file.url} alt="" decoding="async" draggable={false} onError={() => setBroken(true)} />
    </button>
  );
}

/** The sides in a bubble; a picture that says nothing of its size takes what its content needs. */
function sizeIn(dimensions: Dimensions | null): { width: number; aspectRatio: string } | null {
  if (dimensions === null) return null;
  const { width, height } = dimensions;
  const scale = Math.min(1, MOST / width, MOST / height);
  const shown = Math.max(LEAST, Math.round(width * scale));
  // Banners and scrolls are cut rather than made to slits.
  const ratio = Math.min(4, Math.max(0.4, shown / Math.max(LEAST, height * scale)));
  return { width: shown, aspectRatio: String(ratio) };
}
