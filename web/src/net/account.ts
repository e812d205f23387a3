import type { Bytes } from "../core/bytes";
import { encodeBase64Url, encodeUtf8 } from "../core/bytes";
import type { Primary } from "../core/identity/primary";
import type { Authenticator } from "../nats/index";
import { failure } from "./failures";

/** Who comes through a door: in version 1 the connecting key is the account's own. */
export interface Account {
  readonly primary: Primary;
  /** The same key as an nkey, `U…`. */
  readonly nkey: string;
  readonly handle: string;
  /** Ed25519, 64 bytes. */
  sign(bytes: Bytes): Promise<Bytes>;
}

/**
 * What a nonce must look like before we sign it. A server chooses it, and the same key signs payloads, which begin with `{`,
 * and X-KEZ-Auth texts, which hold line feeds: neither is of this form.
 *
 * Source: docs/PROTOCOL.md, section 8.
 */
const acceptableNonce = /^[A-Za-z0-9_-]{8,64}$/;

/** Logs in with the account's key, and signs nothing that is no nonce. */
export function nkeyAuthenticator(account: Pick<Account, "nkey" | "sign">): Authenticator {
  return async (nonce) => {
    if (nonce === undefined || !acceptableNonce.test(nonce)) {
      throw failure("login_refused", "The server asked for a signature that would not be safe to give.");
    }
    return { nkey: account.nkey, sig: encodeBase64Url(await account.sign(encodeUtf8(nonce))) };
  };
}
