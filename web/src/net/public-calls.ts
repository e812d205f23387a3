/** The calls that need no key, and registration: what a page can do before it has an account, and every door after. */
import type { Bytes } from "../core/bytes";
import { hexOf, type Primary } from "../core/identity/primary";
import type { HttpCalls } from "./http-calls";
import type { Appended, Config, Sigchain, User } from "./models";
import { readAnswer, readAppended, readConfig, readSigchain, readUser } from "./readers";

export class PublicCalls {
  private readonly http: HttpCalls;

  constructor(http: HttpCalls) {
    this.http = http;
  }

  async config(): Promise<Config> {
    return readAnswer(await this.http.call("/v1/config"), readConfig);
  }

  async lookup(handle: string): Promise<User> {
    return readAnswer(await this.http.call(`/v1/u/${encodeURIComponent(handle)}`), readUser);
  }

  async byPrimary(primary: Primary): Promise<User> {
    return readAnswer(await this.http.call(`/v1/by-primary/${hexOf(primary)}`), readUser);
  }

  async register(envelope: Bytes): Promise<User> {
    return readAnswer(await this.http.call("/v1/register", { method: "POST", body: envelope }), readUser);
  }

  async release(envelope: Bytes): Promise<User> {
    return readAnswer(await this.http.call("/v1/release", { method: "POST", body: envelope }), readUser);
  }

  async sigchain(primary: Primary, from = 1): Promise<Sigchain> {
    return readAnswer(await this.http.call(`/v1/sigchains/ed25519/${hexOf(primary)}?from=${from}`), readSigchain);
  }

  /** @param primary whose chain it is; the link may be signed by a device */
  async appendLink(primary: Primary, link: Bytes): Promise<Appended> {
    const path = `/v1/sigchains/ed25519/${hexOf(primary)}`;
    return readAnswer(await this.http.call(path, { method: "POST", body: link }), readAppended);
  }
}
