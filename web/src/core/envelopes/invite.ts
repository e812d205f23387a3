import { readEnvelope, requireTag } from "./signed-envelope";
import { decodeBase64Url } from "../bytes";
import { KezError } from "../errors";
import { type Handle, parseHandle } from "../identity/handle";
import type { Primary } from "../identity/primary";
import { Members, parse } from "../json/members";
import { limits } from "../limits";
import { parseTimestamp, type Timestamp } from "../timestamp";

/** Leave to register one handle on a server that asks for it, as far as it can be read without the server's key. */
export interface Invite {
  readonly server: string;
  /** null: any handle. */
  readonly handle: Handle | null;
  /** null: it does not expire. */
  readonly expiresAt: Timestamp | null;
  /** Who signed it; whether that is the server's invite key, and the invite unused, is the server's to say. */
  readonly key: Primary;
}

/**
 * Reads the text of an invite, to tell a person early what it is for. The text itself goes into the registration.
 *
 * @throws KezError `bad_invite`
 * Source: docs/PROTOCOL.md, "Invites".
 */
export function readInvite(text: string): Invite {
  const bytes = text.length <= limits.inviteCharacters ? decodeBase64Url(text) : null;
  if (!bytes) throw new KezError("bad_invite", "This is not the text of an invite; copy it again, all of it.");
  try {
    const envelope = readEnvelope(bytes);
    requireTag(envelope, "invite");
    const payload = new Members(envelope.payload);
    return {
      server: payload.string("server"),
      handle: payload.optional("handle", (member) => parse(member, parseHandle)),
      expiresAt: payload.optional("expires_at", (member) => parse(member, parseTimestamp)),
      key: envelope.key,
    };
  } catch (error) {
    if (error instanceof KezError) throw new KezError("bad_invite", "The invite is malformed.");
    throw error;
  }
}
