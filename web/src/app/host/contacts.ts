/** Who is meant by what somebody typed, pasted or scanned. */
import { readContact } from "../../core/identity/contact-link";
import { formatFullHandle, type ServerName } from "../../core/identity/handle";
import type { Primary } from "../../core/identity/primary";
import { handleOn } from "../../core/identity/recipient";
import { isUsableKey } from "../../core/crypto/ed25519";
import { KezError } from "../../core/errors";
import type { Door } from "../../net/door";
import { refusal } from "../failure";
import type { Pins } from "./pins";

export interface Met {
  readonly primary: Primary;
  readonly handle: string | null;
  readonly fqhn: string | null;
}

/**
 * @throws KezError `bad_contact`, `other_server` (a handle of a server that this one is not), `not_found`, `bad_key`,
 *   `link_other_key` (the link vouches for another key than the server names), `handle_changed_key` (the handle named
 *   another key before: `suspected` is told which), or as the door fails
 */
export async function meet(
  text: string, here: { readonly origin: string; readonly server: ServerName }, door: Pick<Door, "lookup" | "byPrimary">, pins: Pins,
  suspected: (pinned: Primary) => void,
): Promise<Met> {
  const contact = readContact(text, here);
  if (contact === null) throw refusal("bad_contact");
  const { recipient, key } = contact;
  if (recipient.kind === "primary") return byKey(recipient.primary, door);
  const handle = handleOn(here.server, recipient);
  if (handle === null) throw refusal("other_server", recipient.kind === "fullHandle" ? formatFullHandle(recipient.full) : "");
  const user = await door.lookup(handle);
  if (!isUsableKey(user.primary)) throw refusal("bad_key");
  if (key !== null && key !== user.primary) throw refusal("link_other_key");
  const pinned = pins.keyOf(user.handle);
  if (pinned !== null && pinned !== user.primary) {
    suspected(pinned);
    throw refusal("handle_changed_key");
  }
  return { primary: user.primary, handle: user.handle, fqhn: user.fqhn };
}

/** A key needs no handle to be written to. */
async function byKey(primary: Primary, door: Pick<Door, "byPrimary">): Promise<Met> {
  if (!isUsableKey(primary)) throw refusal("bad_key");
  try {
    const { handle, fqhn } = await door.byPrimary(primary);
    return { primary, handle, fqhn };
  } catch (error) {
    if (error instanceof KezError && (error.code === "not_found" || error.isRetriable)) return { primary, handle: null, fqhn: null };
    throw error;
  }
}
