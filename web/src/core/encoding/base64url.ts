import type { Bytes } from "../bytes";
import { decodeBase64, encodeBase64 } from "./base64";

/** Base64url without padding (RFC 4648, section 5): the form of nkey signatures, JWTs and invites. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The bytes that `text` stands for; null unless it is exactly what `encodeBase64Url` writes. */
export function decodeBase64Url(text: string): Bytes | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null;
  const padding = "=".repeat((4 - (text.length % 4)) % 4);
  return decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/") + padding);
}
