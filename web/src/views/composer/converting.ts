/** Photos as phones make them, made into what everybody can open, where the browser can read them. */
import { jpegName } from "./choosing.js";

/** Pixels of the longer side after converting: what screens show, at a size that can be sent. */
const LONGEST = 4096;
const QUALITY = 0.86;

export interface Converted {
  readonly file: File;
  /** Could not be converted, and goes as it is. */
  readonly isAsItWas: boolean;
}

/** @param file a photo that browsers cannot show, as a rule */
export async function converted(file: File): Promise<Converted> {
  const picture = await decoded(file);
  if (picture === null) return { file, isAsItWas: true };
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture.source, 0, 0, canvas.width, canvas.height);
  picture.end();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (blob === null) return { file, isAsItWas: true };
  return { file: new File([blob], jpegName(file.name), { type: "image/jpeg", lastModified: file.lastModified }), isAsItWas: false };
}

interface Picture {
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  readonly end: () => void;
}

/** Some browsers decode it into a bitmap, some only into an image; null: this one does neither. */
async function decoded(file: File): Promise<Picture | null> {
  try {
    const bitmap = await createImageBitmap(file);
    return { source: bitmap, width: bitmap.width, height: bitmap.height, end: () => bitmap.close() };
  } catch {
    // Then as an image.
  }
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return { source: image, width: image.naturalWidth, height: image.naturalHeight, end: () => URL.revokeObjectURL(url) };
  } catch {
    URL.revokeObjectURL(url);
    return null;
  }
}
