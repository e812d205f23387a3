import type { Bytes } from "../bytes";
import { readJson } from "../json/reader";
import { writeJson } from "../json/writer";
import { limits } from "../limits";

/**
 * What goes over `kez.live`: never stored, never acknowledged. Whether the other side is writing.
 *
 * Source: protocol, section 8.
 */
export interface LiveSignal {
  readonly kind: "typing";
  readonly active: boolean;
}

/** null for what this version does not know; it is dropped. */
export function readLiveSignal(bytes: Uint8Array): LiveSignal | null {
  const reading = readJson(bytes, limits.bodyDepth);
  if (!reading.ok || reading.value.get("kez")?.string !== "kez-typing-v1") return null;
  const active = reading.value.get("active")?.boolean ?? null;
  return active === null ? null : { kind: "typing", active };
}

export function writeLiveSignal(signal: LiveSignal): Bytes {
  return writeJson({ kez: "kez-typing-v1", active: signal.active });
}
