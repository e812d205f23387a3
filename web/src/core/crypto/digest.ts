import { type Bytes, encodeHex } from "../bytes";

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** 64 lowercase hexadecimal digits. */
export async function sha256Hex(bytes: Bytes): Promise<string> {
  return encodeHex(await sha256(bytes));
}
