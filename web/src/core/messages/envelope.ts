import { type Attribution, attributionOf } from "./attribution";
import { type MessageId, newMessageId } from "./id";
import { type Bytes, decodeBase64, encodeBase64, randomBytes } from "../bytes";
import { nonceBytes, open, overheadBytes, seal, type SharedSecret } from "../crypto/sealing";
import type { SignedEnvelope } from "../envelopes/signed-envelope";
import { signEnvelope } from "../envelopes/signing";
import { KezError } from "../errors";
import type { Identity } from "../identity/identity";
import type { Primary } from "../identity/primary";
import { Members, parse } from "../json/members";
import { formatTimestamp, type Timestamp } from "../timestamp";

/**
 * A message of version 1 as clients make and read it.
 *
 * Source: protocol, section 6.
 */
export interface MessageEnvelope {
  readonly attribution: Attribution;
  /** 12 bytes. */
  readonly nonce: Bytes;
  /** The plaintext's length and 16 bytes. */
  readonly ciphertext: Bytes;
  /** The sender's time: a claim, which nobody checks. */
  readonly createdAt: Timestamp;
}

/** What everything but the ciphertext takes in an envelope, rounded up: 654 bytes are the most. */
const frameBytes = 704;

/** The longest plaintext whose envelope stays within `envelopeBytes`. */
export function maximumPlaintext(envelopeBytes: number): number {
  return Math.max(0, Math.floor((envelopeBytes - frameBytes) / 4) * 3 - overheadBytes);
}

/** What a message to be sent has beside its plaintext. */
export interface MessageParts {
  readonly to: Primary;
  readonly createdAt: Timestamp;
  /** Random, a new one for each message. */
  readonly id?: MessageId;
  /** 12 random bytes, never used twice. */
  readonly nonce?: Bytes;
}

/**
 * Seals `plaintext` and signs the envelope. What comes out is sent as it is, again and again until it is acknowledged.
 *
 * @param secret what `identity` shares with `to`: `sharedSecret`
 * @throws SealError `nonce_length`
 */
export async function sealMessage(
  plaintext: Bytes, { to, createdAt, id = newMessageId(), nonce = randomBytes(nonceBytes) }: MessageParts,
  secret: SharedSecret, identity: Identity,
): Promise<Bytes> {
  const ciphertext = await seal(plaintext, nonce, secret);
  const members = {
    id,
    from: identity.primary,
    to,
    nonce: encodeBase64(nonce),
    ciphertext: encodeBase64(ciphertext),
    created_at: formatTimestamp(createdAt),
  };
  return signEnvelope("message", members, identity);
}

/**
 * Reads the members that version 1 adds to the attribution.
 *
 * @throws KezError `bad_envelope`, also for another version than 1
 */
export function readMessageEnvelope(envelope: SignedEnvelope): MessageEnvelope {
  const attribution = attributionOf(envelope.root);
  if (attribution?.version !== 1) throw new KezError("bad_envelope", "This is no message of version 1.");
  const payload = new Members(envelope.payload, "bad_envelope");
  return {
    attribution,
    createdAt: payload.timestamp("created_at"),
    nonce: payload.required("nonce", (member) => {
      const nonce = parse(member, decodeBase64);
      return nonce?.length === nonceBytes ? nonce : null;
    }),
    ciphertext: payload.required("ciphertext", (member) => parse(member, decodeBase64)),
  };
}

/** @throws SealError `open_failed` */
export function openMessage(message: MessageEnvelope, secret: SharedSecret): Promise<Bytes> {
  return open(message.ciphertext, message.nonce, secret);
}
