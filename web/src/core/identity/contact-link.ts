import { parseHandle, parseServerName, type ServerName } from "./handle";
import { parsePrimary, type Primary } from "./primary";
import { readTypedRecipient, type Recipient } from "./recipient";

/** Whom a link, a QR code or a pasted text leads to. */
export interface Contact {
  readonly recipient: Recipient;
  /** The key that the link vouches for: another one under the handle is an alarm. */
  readonly key: Primary | null;
}

/** The server of this client, as its pages and its handles name it. */
export interface Here {
  /** Such as `https://kez.lat` or `http://127.0.0.1:6969`. */
  readonly origin: string;
  readonly server: ServerName;
}

/**
 * A link to a person, for sending to others or for a QR code: the profile page that WebFinger names, and the key behind
 * the `#`, where no server sees it or could change it.
 */
export function contactLink(origin: string, handle: string, key: Primary): string {
  return `${origin}/u/${handle}#${key}`;
}

/** Reads a link of that form, an `acct:` address, or what a person may type (`readTypedRecipient`). */
export function readContact(text: string, here: Here): Contact | null {
  const trimmed = text.trim();
  if (/^https?:\/\//i.test(trimmed)) return readLink(trimmed, here);
  const recipient = readTypedRecipient(trimmed.replace(/^acct:/i, ""));
  if (!recipient) return null;
  return { recipient, key: recipient.kind === "primary" ? recipient.primary : null };
}

function readLink(text: string, here: Here): Contact | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const name = /^\/u\/([^/]+)\/?$/.exec(url?.pathname ?? "")?.[1];
  if (!url || name === undefined || url.username !== "" || url.password !== "") return null;
  const handle = parseHandle(name);
  const server = url.origin === here.origin ? here.server : parseServerName(url.host);
  if (!handle || !server) return null;
  // A fragment that is no key is no promise that could be kept: the link is damaged.
  const key = url.hash === "" ? null : parsePrimary(url.hash.slice(1));
  if (url.hash !== "" && !key) return null;
  return { recipient: { kind: "fullHandle", full: { handle, server } }, key };
}
