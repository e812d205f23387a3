import type { ServerName } from "../core/identity/handle";
import { type Identity, nkeyOf, signNonce } from "../core/identity/identity";
import { encodeBase64Url } from "../core/bytes";
import type { Authenticator } from "../nats/index";
import { failure } from "./failures";

/** Who comes through a door, and where: in version 1 the connecting key is the account's own. */
export interface Account {
  readonly identity: Identity;
  readonly handle: string;
  readonly server: ServerName;
}

/** Logs in with the account's key, and signs nothing that is no nonce. */
export function nkeyAuthenticator(identity: Identity): Authenticator {
  return async (nonce) => {
    const signature = nonce === undefined ? null : await signNonce(identity, nonce);
    if (signature === null) {
      throw failure("login_refused", "The server asked for a signature that would not be safe to give.");
    }
    return { nkey: nkeyOf(identity.primary), sig: encodeBase64Url(signature) };
  };
}
