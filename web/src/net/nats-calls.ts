/** Requests to the services behind the broker, and sending. */
import type { Bytes } from "../core/bytes";
import { errorOfAnswer, KezError } from "../core/errors";
import type { Primary } from "../core/identity/primary";
import type { Members } from "../core/json/members";
import { type Writable, writeJson } from "../core/json/writer";
import { accountStatusSubject, logMessageId, logStream, sendSubject } from "../core/subjects";
import { headers, Pause, PermissionViolationError, reconnectLimits, backoff, type Timers } from "../nats/index";
import { failure, suspended } from "./failures";
import type { Link } from "./link";
import type { AccountStatus, Sent } from "./models";
import { ofNats } from "./nats-failures";
import { readAccount, readAnswer, readSent } from "./readers";

/** Milliseconds for an answer, for one acknowledgement, and for a message with its repetitions. */
const answerDeadline = 10_000;
const ackDeadline = 5_000;
const sendDeadline = 20_000;
/**
 * Who sends much is shaped, and acknowledgements come late: to repeat then would make it later still. So each 16 KiB on
 * the way give another second, up to a minute.
 */
const bytesPerMillisecond = 16;
const longestPatience = 60_000;

export class NatsCalls {
  private readonly link: Link;
  private readonly me: Primary;
  private readonly timers: Timers;
  private readonly random: () => number;
  /** Bytes of messages that are not acknowledged yet. */
  private onTheWay = 0;

  constructor(link: Link, me: Primary, timers: Timers, random: () => number) {
    this.link = link;
    this.me = me;
    this.timers = timers;
    this.random = random;
  }

  /** @param body JSON to write, or an envelope's bytes */
  async call<Result>(subject: string, body: Writable | Bytes, read: (answer: Members) => Result): Promise<Result> {
    const payload = body instanceof Uint8Array ? body : writeJson(body);
    try {
      const { data, headers: found } = await this.link.request(subject, payload, { timeout: this.patience(answerDeadline) });
      const code = found?.last("Nats-Service-Error-Code") ?? "";
      if (code !== "") throw errorOfAnswer(/^[45][0-9]{2}$/.test(code) ? Number(code) : 500, data);
      return readAnswer(data, (answer) => {
        // An envelope that somebody aimed at a reply subject.
        if (answer.value.get("kez") !== null) throw failure("bad_answer", "This is no answer.");
        return read(answer);
      });
    } catch (error) {
      throw await this.explained(error, subject);
    }
  }

  status(): Promise<AccountStatus> {
    return this.call(accountStatusSubject(this.me), {}, readAccount);
  }

  /** Until it is acknowledged, for 20 s or more, under one id: the log keeps one of the repetitions. */
  async send(to: Primary, envelope: Bytes): Promise<Sent> {
    this.onTheWay += envelope.length;
    try {
      return await this.acknowledged(to, envelope);
    } finally {
      this.onTheWay -= envelope.length;
    }
  }

  private async acknowledged(to: Primary, envelope: Bytes): Promise<Sent> {
    const subject = sendSubject(to, this.me);
    const block = headers();
    block.set("Nats-Msg-Id", await logMessageId(subject, envelope));
    const timeout = this.patience(ackDeadline);
    const end = this.timers.now() + sendDeadline - ackDeadline + timeout;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.link.opened(end - this.timers.now());
        const ack = await this.link.request(subject, envelope, { timeout, headers: block });
        return readAck(ack.data, to);
      } catch (error) {
        const cause = await this.explained(error, subject);
        const pause = backoff(attempt, reconnectLimits, this.random);
        const again = ["offline", "timeout", "unavailable"].includes(cause.code);
        if (!again || this.timers.now() + pause >= end) throw cause;
        await new Pause(pause, this.timers).over;
      }
    }
  }

  private patience(milliseconds: number): number {
    return Math.min(longestPatience, milliseconds + this.onTheWay / bytesPerMillisecond);
  }

  /** A permission that is missing for sending is a suspension's: its owner is told why and until when. */
  private async explained(error: unknown, subject: string): Promise<KezError> {
    const status = accountStatusSubject(this.me);
    if (!(error instanceof PermissionViolationError) || subject === status) return ofNats(error);
    const standing = await this.status().catch(() => null);
    return standing?.suspended === true ? suspended(standing) : ofNats(error);
  }
}

/** JetStream's answer to a publish. */
function readAck(data: Bytes, to: Primary): Sent {
  const refused = readAnswer(data, (answer) => answer.value.get("error")?.get("err_code")?.integer ?? null);
  if (refused !== null) throw ackRefusal(refused);
  return readAnswer(data, (answer) => {
    if (answer.string("stream") !== logStream(to)) throw failure("bad_answer", "Another log has answered.");
    return readSent(answer);
  });
}

/** Source: docs/PROTOCOL.md, section 8. */
function ackRefusal(code: number): KezError {
  switch (code) {
    case 10077:
      return new KezError("inbox_full", "The recipient's inbox is full.");
    case 10054:
      return new KezError("too_large", "The message is too large.");
    default:
      return new KezError("unavailable", `The message was not stored (${code}); try again.`);
  }
}
