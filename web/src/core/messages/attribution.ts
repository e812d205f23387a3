import { type MessageId, parseMessageId } from "./id";
import { versionOf } from "../envelopes/reading";
import { payloadTypes, signatureAlgorithm } from "../envelopes/tags";
import { decodeHex } from "../bytes";
import { verifySignature } from "../crypto/ed25519";
import { parsePrimary, type Primary } from "../identity/primary";
import { canonical, CanonicalError } from "../json/jcs";
import { parse } from "../json/members";
import type { JsonValue } from "../json/value";

/**
 * Who says to have sent a message to whom: all that is read of one whose version is not known.
 *
 * Source: protocol, section 6 ("Attributed").
 */
export interface Attribution {
  readonly id: MessageId;
  readonly from: Primary;
  readonly to: Primary;
  /** 1 or more. */
  readonly version: number;
}

/**
 * Reads the attribution of an object with the tag `message`; nothing else of it is looked at.
 *
 * null unless type, version, `id`, `from` and `to` are well formed and `signature.key` is `from`.
 */
export function attributionOf(envelope: JsonValue): Attribution | null {
  const payload = envelope.get("payload");
  if (envelope.get("kez")?.string !== "message" || payload?.get("type")?.string !== payloadTypes.message) return null;
  const version = versionOf(payload.get("version"));
  const id = parseMember(payload, "id", parseMessageId);
  const from = parseMember(payload, "from", parsePrimary);
  const to = parseMember(payload, "to", parsePrimary);
  if (version === null || version < 1 || !id || !from || !to) return null;
  return envelope.get("signature")?.get("key")?.string === from ? { id, from, to, version } : null;
}

/**
 * Whether the envelope that `attribution` was read from is signed by its `from`, whatever its version. False, too, for
 * an `alg` that is not known and a payload without a canonical form: they cannot be verified.
 */
export async function isAuthentic(attribution: Attribution, envelope: JsonValue): Promise<boolean> {
  const signature = envelope.get("signature");
  const payload = envelope.get("payload");
  const bytes = signature && parseMember(signature, "sig", decodeHex);
  if (signature?.get("alg")?.string !== signatureAlgorithm || !bytes || !payload) return false;
  try {
    return await verifySignature(attribution.from, canonical(payload), bytes);
  } catch (error) {
    if (error instanceof CanonicalError) return false;
    throw error;
  }
}

function parseMember<Result>(value: JsonValue, name: string, parser: (text: string) => Result | null): Result | null {
  const member = value.get(name);
  return member && parse(member, parser);
}
