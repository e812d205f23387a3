/** The live feed where there is only HTTP: a streaming answer, begun again at the cursor whenever it ends. */
import { KezError } from "../core/errors";
import { readJsonText } from "../core/json/reader";
import { Members } from "../core/json/members";
import { limits } from "../core/limits";
import { backoff, type Network, Pause, reconnectLimits, type Timers } from "../nats/index";
import type { AccountCalls } from "./account-calls";
import { EventStreamParser } from "./event-stream";
import { failure } from "./failures";
import type { Feed } from "./feed";
import { readStored } from "./readers";
import type { States } from "./states";

export interface HttpFeedOptions {
  readonly calls: AccountCalls;
  readonly states: States;
  readonly timers: Timers;
  readonly network: Network;
  readonly random: () => number;
  /** Milliseconds of silence after which the stream is dead: the server sends a comment every 15 s. */
  readonly silence: number;
  readonly cursor: () => number;
}

/** A stream that lasted less did not help: the pauses go on growing. */
const stableAfter = 10_000;

export class HttpFeed {
  private readonly options: HttpFeedOptions;
  private readonly feed: Feed;
  private pause: Pause | null = null;
  private stop: (() => void) | null = null;
  private ended = false;
  private readonly forgetNetwork: () => void;

  constructor(feed: Feed, options: HttpFeedOptions) {
    this.feed = feed;
    this.options = options;
    this.forgetNetwork = options.network.onChange((online) => {
      // A stream from before says nothing about the network of now, and a new one costs one request.
      if (online) this.hurry();
    });
    void this.run();
  }

  hurry(): void {
    this.pause?.skip();
    this.stop?.();
  }

  end(): void {
    this.ended = true;
    this.forgetNetwork();
    this.hurry();
  }

  private async run(): Promise<void> {
    const { states, timers, random } = this.options;
    for (let attempt = 0; !this.ended; ) {
      const began = timers.now();
      let cause: KezError;
      try {
        await this.stream();
        cause = failure("offline", "The stream has ended.");
      } catch (error) {
        cause = error instanceof KezError ? error : failure("offline", "The stream was cut.", error);
      }
      if (this.ended) return;
      attempt = timers.now() - began >= stableAfter ? 0 : attempt + 1;
      const wait = Math.max(backoff(attempt, reconnectLimits, random), (cause.retryAfter ?? 0) * 1000);
      const retryAt = timers.now() + wait;
      states.become({ kind: cause.code === "unauthorized" ? "refused" : "waiting", retryAt, cause });
      this.pause = new Pause(wait, timers);
      await this.pause.over;
      this.pause = null;
    }
  }

  /** One answer, from its first byte to its last. */
  private async stream(): Promise<void> {
    const { calls, cursor, states, timers, silence } = this.options;
    const { response, stop } = await calls.stream(cursor());
    if (this.ended) return stop();
    let cancel = timers.after(silence, stop);
    this.stop = stop;
    try {
      if (!(response.headers.get("content-type") ?? "").startsWith("text/event-stream") || response.body === null) {
        throw failure("bad_answer", "The server's answer is no stream.");
      }
      states.become({ kind: "open" });
      this.feed.push({ kind: "ready" });
      const parser = new EventStreamParser();
      const reader = response.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        cancel();
        cancel = timers.after(silence, stop);
        for (const { event, data } of parser.feed(part.value)) {
          if (event === "message") this.deliver(data);
        }
      }
    } finally {
      cancel();
      this.stop = null;
      stop();
    }
  }

  private deliver(data: string): void {
    const reading = readJsonText(data, limits.bodyDepth);
    if (!reading.ok) throw failure("bad_answer", "The stream holds what is not JSON.", reading.error);
    const message = readStored(new Members(reading.value, "bad_answer"));
    this.feed.push({ kind: "message", message, previous: null });
  }
}
