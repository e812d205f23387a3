/**
 * What may be shown inside the page. A sender's word for the type of a file decides nothing by itself: only types on this
 * list are shown, under the name that the list gives them, and their bytes must begin as that type begins. SVG, HTML, XML and
 * PDF are active or can be, and are never on it.
 */
export type MediaKind = "image" | "audio" | "video" | "file";

interface Known {
  readonly kind: Exclude<MediaKind, "file">;
  /** Under which a blob is made. */
  readonly type: string;
  readonly begins: (bytes: Uint8Array) => boolean;
}

const image = (type: string, begins: Known["begins"]): Known => ({ kind: "image", type, begins });
const audio = (type: string, begins: Known["begins"]): Known => ({ kind: "audio", type, begins });
const video = (type: string, begins: Known["begins"]): Known => ({ kind: "video", type, begins });

const isMp4 = (bytes: Uint8Array): boolean => text(bytes, 4, 8) === "ftyp";
const isWebm = (bytes: Uint8Array): boolean => starts(bytes, [0x1a, 0x45, 0xdf, 0xa3]);
const isOgg = (bytes: Uint8Array): boolean => text(bytes, 0, 4) === "OggS";
const isWav = (bytes: Uint8Array): boolean => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WAVE";
const isMp3 = (bytes: Uint8Array): boolean => text(bytes, 0, 3) === "ID3" || isMpegFrame(bytes);
const isFlac = (bytes: Uint8Array): boolean => text(bytes, 0, 4) === "fLaC";

/** By the type that a sender may give. */
const known: Readonly<Record<string, Known>> = {
  "image/png": image("image/png", (bytes) => starts(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  "image/jpeg": image("image/jpeg", (bytes) => starts(bytes, [0xff, 0xd8, 0xff])),
  "image/gif": image("image/gif", (bytes) => text(bytes, 0, 4) === "GIF8"),
  "image/webp": image("image/webp", (bytes) => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WEBP"),
  "image/avif": image("image/avif", (bytes) => isMp4(bytes) && /^(avif|avis|mif1)/.test(text(bytes, 8, 12))),
  "image/bmp": image("image/bmp", (bytes) => text(bytes, 0, 2) === "BM"),
  "audio/mpeg": audio("audio/mpeg", isMp3),
  "audio/mp4": audio("audio/mp4", isMp4),
  "audio/aac": audio("audio/aac", isMpegFrame),
  "audio/ogg": audio("audio/ogg", isOgg),
  "audio/webm": audio("audio/webm", isWebm),
  "audio/wav": audio("audio/wav", isWav),
  "audio/flac": audio("audio/flac", isFlac),
  "video/mp4": video("video/mp4", isMp4),
  "video/webm": video("video/webm", isWebm),
  "video/ogg": video("video/ogg", isOgg),
  "video/quicktime": video("video/mp4", isMp4),
};
const aliases: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png", "image/apng": "image/png",
  "image/x-ms-bmp": "image/bmp", "audio/mp3": "audio/mpeg", "audio/x-m4a": "audio/mp4", "audio/m4a": "audio/mp4",
  "audio/x-wav": "audio/wav", "audio/wave": "audio/wav", "audio/vnd.wave": "audio/wav", "audio/x-flac": "audio/flac",
  "audio/opus": "audio/ogg", "application/ogg": "audio/ogg", "video/x-m4v": "video/mp4",
};

/** What a file of this claimed type will be shown as, before its bytes are here. */
export function claimedKind(mime: string): MediaKind {
  return knownType(mime)?.kind ?? "file";
}

export interface Shape {
  readonly kind: MediaKind;
  /** The type for a blob of these bytes: never the sender's own word. */
  readonly type: string;
}

/** What is offered for saving and never shown; no browser does anything with it. */
export const opaque: Shape = { kind: "file", type: "application/octet-stream" };

/** What these bytes are shown as. @param start the first bytes of the file, 16 are enough */
export function shapeOf(mime: string, start: Uint8Array): Shape {
  const entry = knownType(mime);
  return entry !== undefined && entry.begins(start) ? { kind: entry.kind, type: entry.type } : opaque;
}

function knownType(mime: string): Known | undefined {
  const name = (mime.split(";")[0] ?? "").trim().toLowerCase();
  const plain = Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name;
  return Object.hasOwn(known, plain) ? known[plain] : undefined;
}

function starts(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** Eleven set bits: MPEG audio, as MP3 or as ADTS. */
function isMpegFrame(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0;
}
