import { Cache } from "../crypto/cache";
import { type SharedSecret, sharedSecret } from "../crypto/sealing";
import type { Identity } from "../identity/identity";
import type { Primary } from "../identity/primary";

/** What one identity shares with each of its peers: computing it costs more than opening a message with it. */
export class SharedSecrets {
  private readonly cache = new Cache<Primary, Promise<SharedSecret>>(1024);

  constructor(private readonly identity: Identity) {}

  /** Rejects with SealError `unusable_key` when `peer` is no key of the prime-order subgroup. */
  with(peer: Primary): Promise<SharedSecret> {
    return this.cache.of(peer, () => {
      const secret = sharedSecret(this.identity.agreementKey, peer);
      // A failure that is not the key's own is tried again.
      secret.catch(() => this.cache.forget(peer));
      return secret;
    });
  }
}
