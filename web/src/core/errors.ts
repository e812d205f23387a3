import type { Bytes } from "./bytes";
import type { JsonValue } from "./json/value";
import { readJson } from "./json/reader";
import { limits } from "./limits";
import { type KnownCode, statuses } from "./error-codes";

/** The machine-readable part of a refusal; codes of newer servers survive as they are. */
export type ErrorCode = KnownCode | (string & Record<never, never>);

/**
 * A refusal: the server's over HTTP and NATS, or ours by the same codes.
 *
 * Its message holds no key material and no content. Decide by `code`, never by the message.
 *
 * Source: protocol, sections 4 and 8.
 */
export class KezError extends Error {
  override readonly name = "KezError";

  constructor(
    readonly code: ErrorCode,
    message: string = code,
    /** As HTTP. */
    readonly status: number = (statuses as Record<string, number>)[code] ?? 500,
    /** Seconds to wait before a retry, where the server named them. */
    readonly retryAfter: number | null = null,
    /** The whole answer, for members beyond `error` and `code` such as `server_time` or `user`. */
    readonly answer: JsonValue | null = null,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later without being changed. */
  get isRetriable(): boolean {
    return this.status === 503 || this.status === 429 || this.code === "unavailable" || this.code === "catching_up";
  }
}

/** The refusal that an answer carries; a body that is no error object (a proxy's page) gives the status's code. */
export function errorOfAnswer(status: number, body: Bytes): KezError {
  const reading = readJson(body, limits.bodyDepth);
  const answer = reading.ok && reading.value.isObject ? reading.value : null;
  const code = answer?.get("code")?.string ?? codeOfStatus(status);
  const sentence = answer?.get("error")?.string ?? code;
  return new KezError(code, sentence, status, answer?.get("retry_after")?.integer ?? null, answer);
}

function codeOfStatus(status: number): KnownCode {
  switch (status) {
    case 400:
      return "bad_request";
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 405:
      return "method_not_allowed";
    case 413:
      return "too_large";
    case 429:
      return "rate_limited";
    case 502:
    case 503:
    case 504:
      return "unavailable";
    default:
      return "internal";
  }
}
