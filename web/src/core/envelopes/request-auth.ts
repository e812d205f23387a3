import { type Bytes, encodeHex, encodeUtf8 } from "../bytes";
import { sha256Hex } from "../crypto/digest";
import { signBytes } from "../crypto/ed25519";
import type { ServerName } from "../identity/handle";
import type { Identity } from "../identity/identity";
import type { Timestamp } from "../timestamp";

export const requestAuthHeader = "X-KEZ-Auth";

/**
 * The door that is knocked at; each signs a text of its own. `path` is as sent, without the query; `since` is the
 * cursor as it stands in the query, `0` when absent.
 */
export type RequestDoor =
  /** `GET /v1/inbox/:handle`, whose text does not name the server. */
  | { readonly kind: "inboxList"; readonly path: string; readonly since: string }
  | {
      readonly kind: "cursor";
      readonly method: string;
      readonly path: string;
      readonly since: string;
      readonly server: ServerName;
    }
  | {
      readonly kind: "body";
      readonly method: string;
      readonly path: string;
      readonly body: Bytes;
      readonly server: ServerName;
    };

/**
 * The value of the header `X-KEZ-Auth`, good for a minute around `now`.
 *
 * @param now by the server's clock: a refusal's `server_time` tells how far one's own is off
 * Source: protocol, section 4.
 */
export async function signRequest(door: RequestDoor, now: Timestamp, identity: Identity): Promise<string> {
  const timestamp = String(now.seconds);
  const signature = await signBytes(identity.signingKey, encodeUtf8(await requestText(door, timestamp)));
  return `${timestamp}:${encodeHex(signature)}`;
}

/** The text that is signed. */
export async function requestText(door: RequestDoor, timestamp: string): Promise<string> {
  switch (door.kind) {
    case "inboxList":
      return `GET\n${door.path}\nsince=${door.since}\n${timestamp}`;
    case "cursor":
      return `${door.method}\n${door.path}\nsince=${door.since}\n${timestamp}\n${door.server}`;
    case "body":
      return `${door.method}\n${door.path}\nsha256=${await sha256Hex(door.body)}\n${timestamp}\n${door.server}`;
  }
}
