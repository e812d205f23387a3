import { type Identity, identityOfSeed } from "../../src/core/identity/identity";
import { SharedSecrets } from "../../src/core/messages/secrets";

/** The identity whose seed is one byte 32 times: the vectors' Ann is 1, their Ben 2. */
export function person(number: number): Promise<Identity> {
  return identityOfSeed(new Uint8Array(32).fill(number));
}

export async function personWithSecrets(number: number): Promise<{ me: Identity; secrets: SharedSecrets }> {
  const me = await person(number);
  return { me, secrets: new SharedSecrets(me) };
}
