import type { Bytes } from "../bytes";

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Two lowercase digits for each byte. */
export function encodeHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += digits[byte];
  return text;
}

/** The bytes that `text` stands for; null for an odd length or anything but `0`–`9` and `a`–`f`. */
export function decodeHex(text: string): Bytes | null {
  if (text.length % 2 !== 0) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    const high = value(text.charCodeAt(2 * index));
    const low = value(text.charCodeAt(2 * index + 1));
    if (high < 0 || low < 0) return null;
    bytes[index] = high * 16 + low;
  }
  return bytes;
}

/** Whether `text` is `count` lowercase hexadecimal digits. */
export function isHex(text: string, count: number): boolean {
  if (text.length !== count) return false;
  for (let index = 0; index < count; index++) if (value(text.charCodeAt(index)) < 0) return false;
  return true;
}

function value(character: number): number {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  if (character >= 0x61 && character <= 0x66) return character - 0x57;
  return -1;
}
