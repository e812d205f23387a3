/** The HTTP calls that X-KEZ-Auth opens, and posting. */
import { type Bytes, concat, encodeUtf8 } from "../core/bytes";
import { KezError } from "../core/errors";
import { type RequestDoor, requestAuthHeader, signRequest } from "../core/envelopes/request-auth";
import type { Primary } from "../core/identity/primary";
import { writeJsonText } from "../core/json/writer";
import { serverTimeOf } from "./failures";
import type { HttpCalls, Request } from "./http-calls";
import type { Account } from "./login";
import type { AccountStatus, Page, Sent } from "./models";
import { readAccount, readAnswer, readPage, readSent } from "./readers";
import type { ServerClock } from "./server-clock";

/** Milliseconds until the head of a stream's answer. */
const streamDeadline = 20_000;

export class AccountCalls {
  private readonly http: HttpCalls;
  private readonly account: Account;
  private readonly clock: ServerClock;

  constructor(http: HttpCalls, account: Account, clock: ServerClock) {
    this.http = http;
    this.account = account;
    this.clock = clock;
  }

  async list(since: number, limit: number): Promise<Page> {
    const path = this.path("inbox");
    const door: RequestDoor = { kind: "inboxList", path, since: `${since}` };
    const body = await this.signed(door, (headers) => this.http.call(`${path}?since=${since}&limit=${limit}`, { headers }));
    return readAnswer(body, readPage);
  }

  async status(): Promise<AccountStatus> {
    const path = this.path("account");
    const body = await this.signed(this.cursorDoor(path, 0), (headers) => this.http.call(path, { headers }));
    return readAnswer(body, readAccount);
  }

  /** The stream of everything after `since`, as an answer whose body goes on. */
  stream(since: number): Promise<{ readonly response: Response; readonly stop: () => void }> {
    const path = `${this.path("inbox")}/stream`;
    return this.signed(this.cursorDoor(path, since), (headers) =>
      this.http.start(`${path}?since=${since}`, { headers }, streamDeadline, true),
    );
  }

  async send(to: Primary, envelope: Bytes): Promise<Sent> {
    // The envelope's own bytes: writing it anew would change what was signed.
    const body = concat(encodeUtf8(`{"to":${writeJsonText(to)},"envelope":`), envelope, encodeUtf8("}"));
    return readAnswer(await this.http.call("/v1/messages", { method: "POST", body }), readSent);
  }

  private path(what: "inbox" | "account"): string {
    return `/v1/${what}/${encodeURIComponent(this.account.handle)}`;
  }

  private cursorDoor(path: string, since: number): RequestDoor {
    return { kind: "cursor", method: "GET", path, since: `${since}`, server: this.account.server };
  }

  /** With a wrong clock the server says its own time, and there is a second try by that. */
  private async signed<Result>(
    door: RequestDoor, call: (headers: NonNullable<Request["headers"]>) => Promise<Result>,
  ): Promise<Result> {
    const once = async () =>
      call({ [requestAuthHeader]: await signRequest(door, this.clock.now(), this.account.identity) });
    try {
      return await once();
    } catch (error) {
      const time = error instanceof KezError && error.code === "unauthorized" ? serverTimeOf(error) : null;
      if (time === null || !this.clock.learn(time)) throw error;
      return once();
    }
  }
}
