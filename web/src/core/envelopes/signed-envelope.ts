import { type EnvelopeTag, payloadTypes, payloadVersion, signatureAlgorithm } from "./tags";
import { type Bytes, decodeHex } from "../bytes";
import { sha256Hex } from "../crypto/digest";
import { verifySignature } from "../crypto/ed25519";
import { KezError } from "../errors";
import type { Primary } from "../identity/primary";
import { canonical, CanonicalError } from "../json/jcs";
import { Members, parse } from "../json/members";
import { readJson } from "../json/reader";
import type { JsonValue } from "../json/value";
import { limits } from "../limits";

/**
 * A signed thing of version 1 in its outer form: `{kez, payload, signature}`, with its text as it was sent.
 *
 * Holding one says that the shape is right, not that the signature is: see `verifyEnvelope`.
 *
 * Source: protocol, section 2.
 */
export interface SignedEnvelope {
  readonly root: JsonValue;
  readonly tag: string;
  readonly type: string;
  readonly version: number;
  readonly payload: JsonValue;
  /** `signature.key`. */
  readonly key: Primary;
  /** `signature.sig`, 64 bytes. */
  readonly signature: Bytes;
  /** The signed bytes: JCS of the payload. */
  readonly canonicalPayload: Bytes;
}

/**
 * Reads bytes as an envelope of any tag.
 *
 * @throws KezError `bad_json`; `bad_envelope` for a member that is missing or ill-typed, an unknown `alg`, and a number
 *   that a signed payload may not hold
 */
export function readEnvelope(bytes: Bytes): SignedEnvelope {
  const reading = readJson(bytes, limits.envelopeDepth);
  if (!reading.ok) throw new KezError("bad_json", reading.error.message);
  return envelopeOf(reading.value);
}

/** The same for a text that was read already, with at most `limits.envelopeDepth` levels. */
export function envelopeOf(root: JsonValue): SignedEnvelope {
  const members = new Members(root, "bad_envelope");
  const payload = members.members("payload");
  const signature = members.members("signature");
  if (signature.string("alg") !== signatureAlgorithm) throw new KezError("bad_envelope", "The `alg` is not known.");
  return {
    root,
    tag: members.string("kez"),
    type: payload.string("type"),
    version: payload.integer("version", Number.MIN_SAFE_INTEGER),
    payload: payload.value,
    key: signature.primary("key"),
    signature: signature.required("sig", (member) => {
      const bytes = parse(member, decodeHex);
      return bytes?.length === 64 ? bytes : null;
    }),
    canonicalPayload: canonicalOrRefused(payload.value),
  };
}

/** @throws KezError `bad_envelope` for another tag, `bad_type` for another type or version */
export function requireTag(envelope: SignedEnvelope, tag: EnvelopeTag): void {
  if (envelope.tag !== tag) throw new KezError("bad_envelope", `The envelope's tag must be \`${tag}\`.`);
  if (envelope.type !== payloadTypes[tag] || envelope.version !== payloadVersion) throw new KezError("bad_type");
}

export function isSignatureValid(envelope: SignedEnvelope): Promise<boolean> {
  return verifySignature(envelope.key, envelope.canonicalPayload, envelope.signature);
}

/** @throws KezError `bad_signature` unless the signature is the key's over the payload */
export async function verifyEnvelope(envelope: SignedEnvelope): Promise<void> {
  if (!(await isSignatureValid(envelope))) throw new KezError("bad_signature", "The signature does not verify.");
}

/**
 * SHA-256 of JCS of the whole envelope, 64 hexadecimal digits: the head of a chain that ends here.
 *
 * @throws KezError `bad_envelope` when a part outside the payload has no canonical form
 */
export async function digestOf(envelope: SignedEnvelope): Promise<string> {
  return sha256Hex(canonicalOrRefused(envelope.root));
}

function canonicalOrRefused(value: JsonValue): Bytes {
  try {
    return canonical(value);
  } catch (error) {
    if (error instanceof CanonicalError) throw new KezError("bad_envelope", `No canonical form: ${error.message}.`);
    throw error;
  }
}
