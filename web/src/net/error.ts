/**
 * Why a call of a door failed. Decide by `code` (docs/PROTOCOL.md section 12 and the ones below), by `status` for a code
 * that is not known, never by the text: `message` is the server's sentence, for people who read English.
 */

/** Codes that no server sends: what went wrong on this side or on the way. */
export type LocalCode =
  /** No connection, or it ended before the answer. */
  | "offline"
  /** No answer in time. */
  | "timeout"
  /** An answer that is none: not JSON, or not of the shape that the protocol gives. */
  | "bad_answer"
  /** This way to the server has no such call (see `Door.offers`). */
  | "not_offered"
  /** The broker does not permit the subject. */
  | "not_permitted"
  /** The login was refused: no handle, a handle that was released, or a clock or key that is wrong. */
  | "login_refused"
  /** The door was closed. */
  | "closed"
  /** Too large for the connection; nothing was sent. */
  | "too_large_to_send";

export interface DoorErrorDetails {
  readonly status?: number;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly serverTime?: string;
  /** Of a suspension. */
  readonly reason?: string | null;
  readonly until?: string | null;
  /** With `replayed`: the user object, as sent. */
  readonly user?: unknown;
  readonly cause?: unknown;
}

/** The same request may succeed later, unchanged. */
const RETRIABLE: ReadonlySet<string> = new Set([
  "offline", "timeout", "unavailable", "catching_up", "rate_limited", "inbox_full", "internal", "bad_answer",
]);

export class DoorError extends Error {
  override readonly name = "DoorError";
  readonly code: string;
  /** As HTTP; 0 for a local code. */
  readonly status: number;
  readonly retryAfter: number | null;
  readonly serverTime: string | null;
  readonly reason: string | null;
  readonly until: string | null;
  readonly user: unknown;

  constructor(code: string, message: string, details: DoorErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? 0;
    this.retryAfter = details.retryAfter ?? null;
    this.serverTime = details.serverTime ?? null;
    this.reason = details.reason ?? null;
    this.until = details.until ?? null;
    this.user = details.user;
  }

  get retriable(): boolean {
    return RETRIABLE.has(this.code) || (this.status >= 500 && this.status !== 507);
  }

  static local(code: LocalCode, message: string, cause?: unknown): DoorError {
    return new DoorError(code, message, cause === undefined ? {} : { cause });
  }
}
