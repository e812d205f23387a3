import { encodeHex, encodeUtf8 } from "../core/bytes";
import type { Account } from "./account";

/** How far the server's clock is from ours, as its answers have told. */
export class ServerClock {
  private readonly local: () => number;
  private offset = 0;

  /** @param local milliseconds since 1970 */
  constructor(local: () => number) {
    this.local = local;
  }

  now(): number {
    return this.local() + this.offset;
  }

  /** @returns whether our time was off by more than 5 s, so that another try makes sense */
  learn(serverTime: string): boolean {
    const theirs = Date.parse(serverTime);
    if (Number.isNaN(theirs)) return false;
    const wrong = Math.abs(theirs - this.now()) > 5_000;
    if (wrong) this.offset = theirs - this.local();
    return wrong;
  }
}

/**
 * The X-KEZ-Auth header of a GET.
 *
 * @param path as sent, without the query
 * @param since as in the query, 0 when absent
 * @param server its name; null for `GET /v1/inbox/:handle` alone
 *
 * Source: docs/PROTOCOL.md, section 4.
 */
export async function authHeader(
  account: Pick<Account, "sign">, path: string, since: number, server: string | null, clock: ServerClock,
): Promise<string> {
  const time = Math.floor(clock.now() / 1000);
  const lines = ["GET", path, `since=${since}`, `${time}`, ...(server === null ? [] : [server])];
  const signature = await account.sign(encodeUtf8(lines.join("\n")));
  return `${time}:${encodeHex(signature)}`;
}
