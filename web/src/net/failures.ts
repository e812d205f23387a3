/**
 * Every call of a door fails with a `KezError`: the server's refusal by its own code (docs/PROTOCOL.md section 12), or one
 * of the codes below for what went wrong on this side or on the way. `isRetriable`: the same request may succeed later.
 */
import { KezError } from "../core/errors";
import { writeJson } from "../core/json/writer";
import { readJson } from "../core/json/reader";
import { limits } from "../core/limits";
import type { AccountStatus } from "./models";

export type LocalCode =
  /** No connection, or it ended before the answer. Retriable. */
  | "offline"
  /** No answer in time. Retriable. */
  | "timeout"
  /** An answer that is none: not JSON, or not of the shape that the protocol gives; a portal's page, say. Retriable. */
  | "bad_answer"
  /** This way to the server has no such call (see `Door.offers`). */
  | "not_offered"
  /** The broker does not permit the subject. */
  | "not_permitted"
  /** The login was refused: no handle, a handle that was released, or a key that the server does not know. */
  | "login_refused"
  /** Larger than the connection takes; nothing was sent. */
  | "too_large_to_send"
  /** The door was closed. */
  | "closed";

const retriable: ReadonlySet<LocalCode> = new Set<LocalCode>(["offline", "timeout", "bad_answer"]);

/** A failure of this side. Its status is 503 when it is retriable, else 0: no server has said it. */
export function failure(code: LocalCode, message: string, cause?: unknown): KezError {
  const error = new KezError(code, message, retriable.has(code) ? 503 : 0);
  if (cause !== undefined) error.cause = cause;
  return error;
}

/** What a refusal by `suspended` says: why, and until when (null: no end); null for any other error. */
export function suspensionOf(error: KezError): { readonly reason: string | null; readonly until: string | null } | null {
  if (error.code !== "suspended") return null;
  return { reason: error.answer?.get("reason")?.string ?? null, until: error.answer?.get("until")?.string ?? null };
}

/** The server's clock, as `unauthorized` and `stale_timestamp` tell it. */
export function serverTimeOf(error: KezError): string | null {
  return error.answer?.get("server_time")?.string ?? null;
}

/** The refusal that HTTP gives a suspended sender, for where the broker only withholds the permission. */
export function suspended({ reason, until }: AccountStatus): KezError {
  const sentence = "Your account is suspended; you can read, and send nothing.";
  const answer = readJson(writeJson({ error: sentence, code: "suspended", reason, until }), limits.bodyDepth);
  return new KezError("suspended", sentence, 403, null, answer.ok ? answer.value : null);
}
