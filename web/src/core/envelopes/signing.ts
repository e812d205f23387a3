import { type EnvelopeTag, payloadTypes, payloadVersion, signatureAlgorithm } from "./tags";
import { type Bytes, encodeHex } from "../bytes";
import { signBytes } from "../crypto/ed25519";
import { KezError } from "../errors";
import type { Identity } from "../identity/identity";
import { canonical, CanonicalError } from "../json/jcs";
import { readJsonText } from "../json/reader";
import { RawJson, type Writable, writeJson, writeJsonText } from "../json/writer";
import { limits } from "../limits";

/**
 * The envelope of a payload of version 1: the one place that makes envelopes.
 *
 * @param members the payload's members beside `type` and `version`, which stand in it in that order
 * @throws KezError `bad_envelope` when they hold what a signed payload may not, such as a number beyond ±(2^53−1)
 */
export async function signEnvelope(
  tag: EnvelopeTag,
  members: { readonly [name: string]: Writable | undefined },
  identity: Identity,
): Promise<Bytes> {
  const payload = writeJsonText({ type: payloadTypes[tag], version: payloadVersion, ...members });
  const signature = await signBytes(identity.signingKey, canonicalOf(payload));
  return writeJson({
    kez: tag,
    payload: new RawJson(payload),
    signature: { alg: signatureAlgorithm, key: identity.primary, sig: encodeHex(signature) },
  });
}

/** Read back from the text that is sent, as everybody who verifies it will. */
function canonicalOf(payload: string): Bytes {
  const reading = readJsonText(payload, limits.envelopeDepth - 1);
  if (!reading.ok) throw new KezError("bad_envelope", `The payload cannot be signed: ${reading.error.message}.`);
  try {
    return canonical(reading.value);
  } catch (error) {
    if (error instanceof CanonicalError) throw new KezError("bad_envelope", `It cannot be signed: ${error.message}.`);
    throw error;
  }
}
