/** Single calls of the HTTP API: one deadline each, one kind of error. */
import type { Bytes } from "../core/bytes";
import { concat } from "../core/bytes";
import { errorOfAnswer, KezError } from "../core/errors";
import type { Timers } from "../nats/index";
import { failure } from "./failures";

export interface HttpOptions {
  /** `https://kez.example`, or "" for the page's own server. */
  readonly base: string;
  readonly fetch: typeof fetch;
  readonly timers: Timers;
  /** Milliseconds for a whole answer. */
  readonly deadline?: number;
}

export interface Request {
  readonly method?: "GET" | "POST";
  readonly body?: Bytes;
  readonly headers?: Readonly<Record<string, string>>;
}

/** More than any answer: a chain of 1,000 links of 16 KiB. */
const maximumAnswer = 32 * 1024 * 1024;

export class HttpCalls {
  private readonly options: HttpOptions;
  private readonly running = new Set<AbortController>();
  private closed = false;

  constructor(options: HttpOptions) {
    this.options = options;
  }

  /** The body of a 2xx answer; anything else is thrown. */
  async call(path: string, request: Request = {}): Promise<Bytes> {
    const deadline = this.options.deadline ?? 20_000;
    const { response, stop } = await this.start(path, request, deadline);
    try {
      return await readAll(response);
    } catch (error) {
      throw this.explained(error, false);
    } finally {
      stop();
    }
  }

  /**
   * A 2xx answer whose body is still to come; `stop` ends it and frees what it holds.
   *
   * @param deadline milliseconds; for the whole answer, if `head` is not set
   */
  async start(
    path: string, { method = "GET", body, headers = {} }: Request, deadline: number, head = false,
  ): Promise<{ readonly response: Response; readonly stop: () => void }> {
    if (this.closed) throw failure("closed", "The connection was closed.");
    const { base, fetch, timers } = this.options;
    const controller = new AbortController();
    let late = false;
    const cancel = timers.after(deadline, () => {
      late = true;
      controller.abort();
    });
    const stop = () => {
      cancel();
      controller.abort();
      this.running.delete(controller);
    };
    this.running.add(controller);
    try {
      const response = await fetch(base + path, {
        method, headers, signal: controller.signal,
        cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer",
        ...(body === undefined ? {} : { body }),
      });
      if (!response.ok) throw refusal(response, await readAll(response));
      if (head) cancel();
      return { response, stop };
    } catch (error) {
      stop();
      throw this.explained(error, late);
    }
  }

  close(): void {
    this.closed = true;
    for (const controller of this.running) controller.abort();
  }

  private explained(error: unknown, late: boolean): KezError {
    if (error instanceof KezError) return error;
    if (this.closed) return failure("closed", "The connection was closed.");
    if (late || (error instanceof DOMException && error.name === "AbortError")) {
      return failure("timeout", "The server did not answer in time.", error);
    }
    return failure("offline", "The server cannot be reached.", error);
  }
}

/** The error object's, with the Retry-After header where a proxy has written the body. */
function refusal(response: Response, body: Bytes): KezError {
  const error = errorOfAnswer(response.status, body);
  const seconds = Number(response.headers.get("retry-after") ?? "");
  if (error.retryAfter !== null || !(seconds > 0)) return error;
  return new KezError(error.code, error.message, error.status, Math.ceil(seconds), error.answer);
}

async function readAll(response: Response): Promise<Bytes> {
  if (response.body === null) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > maximumAnswer) throw failure("bad_answer", "The server's answer has no end.");
    parts.push(part.value);
  }
  return concat(...parts);
}
