/**
 * How large a picture will be, read from its first bytes: its place in the page is kept before it is decoded, and one that
 * would fill the memory is not decoded at all.
 */
export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

/** Pixels of the largest picture that is shown in the page: 200 MB of memory. */
export const MOST_PIXELS = 50_000_000;

/** @param bytes the first 64 KiB are enough for nearly all; null when they do not say, or say nonsense */
export function dimensionsOf(bytes: Uint8Array): Dimensions | null {
  const found = read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return found !== null && found.width > 0 && found.height > 0 ? found : null;
}

function read(view: DataView): Dimensions | null {
  try {
    switch (view.getUint16(0)) {
      case 0x8950: return { width: view.getUint32(16), height: view.getUint32(20) }; // PNG
      case 0x4749: return { width: view.getUint16(6, true), height: view.getUint16(8, true) }; // GIF
      case 0x424d: return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) }; // BMP
      case 0x5249: return webp(view); // RIFF
      case 0xffd8: return jpeg(view);
      default: return null;
    }
  } catch (error) {
    // The bytes end before they say it.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function webp(view: DataView): Dimensions | null {
  const three = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (view.getUint32(12)) {
    case 0x56503858: return { width: three(24) + 1, height: three(27) + 1 }; // VP8X
    case 0x56503820: return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }; // VP8
    case 0x5650384c: { // VP8L
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default: return null;
  }
}

/** Segment by segment to the frame's header. Photographs that are turned by their Exif data are as wide as they are seen. */
function jpeg(view: DataView): Dimensions | null {
  let isTurned = false;
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker < 0xff01) return null;
    const kind = marker & 0xff;
    if (kind === 0xe1 && view.getUint32(at + 4) === 0x45786966) isTurned = turns(view, at + 10);
    if (kind >= 0xc0 && kind <= 0xcf && kind !== 0xc4 && kind !== 0xc8 && kind !== 0xcc) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return isTurned ? { width: height, height: width } : { width, height };
    }
  }
}

/** Whether the orientation that Exif data tell of lays the picture on its side. @param at where its TIFF header begins */
function turns(view: DataView, at: number): boolean {
  const little = view.getUint16(at) === 0x4949;
  const table = at + view.getUint32(at + 4, little);
  const entries = Math.min(view.getUint16(table, little), 64);
  for (let entry = 0; entry < entries; entry++) {
    const place = table + 2 + 12 * entry;
    if (view.getUint16(place, little) === 0x0112) return view.getUint16(place + 8, little) >= 5;
  }
  return false;
}
