import type { Bytes } from "../bytes";
import { isHex } from "../bytes";
import { digestOf, envelopeOf, requireTag, type SignedEnvelope, verifyEnvelope } from "../envelopes/signed-envelope";
import { KezError } from "../errors";
import type { Primary } from "../identity/primary";
import { Members, parse } from "../json/members";
import { readJson } from "../json/reader";
import type { JsonValue } from "../json/value";
import { limits } from "../limits";
import type { Timestamp } from "../timestamp";

/**
 * One signed link of a chain, in its envelope.
 *
 * Source: protocol, section 7.
 */
export interface SigchainLink {
  /** Whose chain it is. */
  readonly primary: Primary;
  /** Who signed: the primary or one of its devices. */
  readonly signer: Primary;
  /** The place in the chain, from 1. */
  readonly seq: number;
  /** The digest of the link before; null for the first one. */
  readonly prev: string | null;
  readonly createdAt: Timestamp;
  readonly kind: string;
  /** The member `body`, an object with `kind`. */
  readonly body: JsonValue;
  /** The digest by which the next link names this one. */
  readonly digest: string;
}

/**
 * Reads a link and verifies that `signer` signed it; what the signer may do is the chain's to say.
 *
 * @throws KezError `too_large` (over 16 KiB), `bad_json`, `bad_envelope`, `bad_type` or `bad_signature`
 */
export async function readLink(bytes: Bytes): Promise<SigchainLink> {
  if (bytes.length > limits.linkBytes) throw new KezError("too_large", `A link has at most ${limits.linkBytes} bytes.`);
  const reading = readJson(bytes, limits.envelopeDepth);
  if (!reading.ok) throw new KezError("bad_json", reading.error.message);
  const envelope = envelopeOf(reading.value);
  const link = linkOf(envelope);
  requireTag(envelope, "sigchain_link");
  const digest = await digestOf(envelope);
  await verifyEnvelope(envelope);
  return { ...link, digest };
}

function linkOf(envelope: SignedEnvelope): Omit<SigchainLink, "digest"> {
  const payload = new Members(envelope.payload, "bad_envelope");
  const body = payload.members("body");
  return {
    primary: payload.primary("primary"),
    signer: envelope.key,
    seq: payload.integer("seq", Number.MIN_SAFE_INTEGER),
    prev: prevOf(envelope.payload),
    createdAt: payload.timestamp("created_at"),
    kind: body.string("kind"),
    body: body.value,
  };
}

function prevOf(payload: JsonValue): string | null {
  const member = payload.get("prev");
  if (member?.isNull) return null;
  const prev = member && parse(member, (text) => (isHex(text, 64) ? text : null));
  if (!prev) throw new KezError("bad_envelope", "The member `prev` must be null or 64 hexadecimal digits.");
  return prev;
}
