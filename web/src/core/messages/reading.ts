import { type Attribution, attributionOf, isAuthentic } from "./attribution";
import { type MessageEnvelope, openMessage, readMessageEnvelope } from "./envelope";
import type { SharedSecrets } from "./secrets";
import type { Bytes } from "../bytes";
import { SealError, type SealProblem } from "../crypto/seal-error";
import type { Unsupported } from "../envelopes/reading";
import { envelopeOf } from "../envelopes/signed-envelope";
import { isKnownTag, payloadVersion, signatureAlgorithm } from "../envelopes/tags";
import { KezError } from "../errors";
import type { Primary } from "../identity/primary";
import { readJson } from "../json/reader";
import type { JsonValue } from "../json/value";
import { limits } from "../limits";

/** Why an authentic message shows as a placeholder. */
export type Unreadable =
  /** A newer sender's: an update may open it. */
  | { readonly why: "unsupported"; readonly unsupported: Unsupported }
  /** Damaged, or sealed for another key. */
  | { readonly why: "sealed"; readonly problem: SealProblem }
  /** The members of version 1 are not there. */
  | { readonly why: "malformed" };

/**
 * What a client makes of an envelope that came to it, or that it sent.
 *
 * Source: protocol, section 6 ("A client opens only version 1").
 */
export type MessageReading =
  | { readonly kind: "opened"; readonly message: MessageEnvelope; readonly plaintext: Bytes }
  /** One placeholder with its cause, at its place; the bytes are kept. */
  | { readonly kind: "placeholder"; readonly attribution: Attribution; readonly unreadable: Unreadable }
  /** A newer kind of envelope, under a sender that the broker has proved: one placeholder, without an id. */
  | { readonly kind: "unknownTag"; readonly from: Primary; readonly tag: string }
  /** No sender is named: counted, not shown. */
  | { readonly kind: "anonymous" }
  /** Noise: it is not what its subject says, or the signature does not verify. Not shown. */
  | { readonly kind: "refused"; readonly error: KezError };

/**
 * Reads the envelope that was listed or delivered under the sender `sender`, null for an anonymous one.
 *
 * @param to whose inbox it is: oneself, or, for an envelope of one's own, its recipient
 * @param secrets of oneself
 */
export async function readMessage(
  bytes: Bytes, sender: Primary | null, to: Primary, me: Primary, secrets: SharedSecrets,
): Promise<MessageReading> {
  const reading = readJson(bytes, limits.envelopeDepth);
  if (!reading.ok) return refused("bad_envelope", `The envelope cannot be read: ${reading.error.message}.`);
  const root = reading.value;
  if (!root.isObject) return refused("bad_envelope", "The envelope is no JSON object.");
  const tag = root.get("kez")?.string ?? null;
  if (tag !== "message") {
    const isNewer = sender !== null && tag !== null && !isKnownTag(tag);
    return isNewer ? { kind: "unknownTag", from: sender, tag } : { kind: "anonymous" };
  }
  const attribution = attributionOf(root);
  if (!attribution) return refused("bad_envelope", "The message does not say from whom to whom.");
  if (attribution.to !== to || attribution.from !== sender) {
    return refused("wrong_recipient", "The message is not from whom, or to whom, its subject says.");
  }
  return readAttributed(attribution, root, me, secrets);
}

async function readAttributed(
  attribution: Attribution, root: JsonValue, me: Primary, secrets: SharedSecrets,
): Promise<MessageReading> {
  const algorithm = root.get("signature")?.get("alg")?.string ?? signatureAlgorithm;
  if (algorithm !== signatureAlgorithm) {
    // Nothing to verify with; the broker has proved the sender by the subject.
    return placeholder(attribution, { why: "unsupported", unsupported: { what: "algorithm", algorithm } });
  }
  if (!(await isAuthentic(attribution, root))) return refused("bad_signature", "The signature does not verify.");
  const { version } = attribution;
  if (version !== payloadVersion) {
    return placeholder(attribution, { why: "unsupported", unsupported: { what: "version", version } });
  }
  const message = messageOf(root);
  if (!message) return placeholder(attribution, { why: "malformed" });
  try {
    const secret = await secrets.with(attribution.from === me ? attribution.to : attribution.from);
    return { kind: "opened", message, plaintext: await openMessage(message, secret) };
  } catch (error) {
    if (error instanceof SealError) return placeholder(attribution, { why: "sealed", problem: error.problem });
    throw error;
  }
}

function messageOf(root: JsonValue): MessageEnvelope | null {
  try {
    return readMessageEnvelope(envelopeOf(root));
  } catch (error) {
    if (error instanceof KezError) return null;
    throw error;
  }
}

function placeholder(attribution: Attribution, unreadable: Unreadable): MessageReading {
  return { kind: "placeholder", attribution, unreadable };
}

function refused(code: "bad_envelope" | "wrong_recipient" | "bad_signature", message: string): MessageReading {
  return { kind: "refused", error: new KezError(code, message) };
}
