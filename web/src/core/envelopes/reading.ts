import { envelopeOf, type SignedEnvelope } from "./signed-envelope";
import { isKnownTag, payloadTypes, payloadVersion, signatureAlgorithm } from "./tags";
import type { Bytes } from "../bytes";
import { KezError } from "../errors";
import { readJson } from "../json/reader";
import type { JsonValue } from "../json/value";
import { limits } from "../limits";

/** What a newer sender made: not bad, but kept unchanged and shown as one placeholder. */
export type Unsupported =
  | { readonly what: "tag"; readonly tag: string }
  | { readonly what: "version"; readonly version: number }
  | { readonly what: "algorithm"; readonly algorithm: string };

/**
 * What a reader makes of an envelope that may come from a newer sender.
 *
 * Source: protocol, section 2.
 */
export type EnvelopeReading =
  /** Of a known tag, in version 1, well formed; the signature is not verified yet. */
  | { readonly kind: "supported"; readonly envelope: SignedEnvelope }
  | { readonly kind: "unsupported"; readonly unsupported: Unsupported }
  | { readonly kind: "bad"; readonly error: KezError };

/** Looks at no more of the bytes than is needed to tell the three apart. */
export function classifyEnvelope(bytes: Bytes): EnvelopeReading {
  const reading = readJson(bytes, limits.envelopeDepth);
  if (!reading.ok) return { kind: "bad", error: new KezError("bad_json", reading.error.message) };
  const root = reading.value;
  const tag = root.get("kez")?.string ?? null;
  if (tag === null) return { kind: "bad", error: new KezError("bad_envelope") };
  if (!isKnownTag(tag)) return { kind: "unsupported", unsupported: { what: "tag", tag } };
  const version = versionOf(root.get("payload")?.get("version") ?? null);
  if (version === null || version < 1) return { kind: "bad", error: new KezError("bad_envelope") };
  if (root.get("payload")?.get("type")?.string !== payloadTypes[tag]) {
    return { kind: "bad", error: new KezError("bad_type") };
  }
  if (version !== payloadVersion) return { kind: "unsupported", unsupported: { what: "version", version } };
  const algorithm = root.get("signature")?.get("alg")?.string ?? signatureAlgorithm;
  if (algorithm !== signatureAlgorithm) return { kind: "unsupported", unsupported: { what: "algorithm", algorithm } };
  try {
    return { kind: "supported", envelope: envelopeOf(root) };
  } catch (error) {
    if (error instanceof KezError) return { kind: "bad", error };
    throw error;
  }
}

/** An integer literal as a version: one too large to hold is still a version, higher than any known. */
export function versionOf(member: JsonValue | null): number | null {
  const literal = member?.bigint ?? null;
  if (literal === null) return null;
  const number = Number(literal);
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(number, Number.MAX_SAFE_INTEGER)) + 0;
}
