/** Notices a dead socket: one that says open and brings nothing, as after a change of network or a sleep. */
import type { Timers } from "./timers";

export interface HeartbeatOptions {
  /** Milliseconds of silence before a PING. */
  readonly interval: number;
  /** Milliseconds from a PING to the end, if nothing at all is heard. */
  readonly timeout: number;
  readonly timers: Timers;
  ping(): void;
  dead(): void;
}

/**
 * A server that shapes by not reading answers a PING only after it has read what went before: so each 16 KiB of that buy
 * another second, up to as long as the server itself waits for a silent client. What it has read is known by a PING behind
 * every 64 KiB.
 */
const bytesPerMillisecond = 16;
const longestWait = 100_000;
const markEvery = 64 * 1024;

export class Heartbeat {
  private readonly options: HeartbeatOptions;
  private heardAt: number;
  /** Bytes since the beginning: sent, sent before the last PING, and read by the server for sure. */
  private total = 0;
  private marked = 0;
  private read = 0;
  /** `total` at each PING that has no PONG yet. */
  private marks: number[] = [];
  private cancelIdle: () => void = () => {};
  private cancelDeath: (() => void) | null = null;
  private stopped = false;

  constructor(options: HeartbeatOptions) {
    this.options = options;
    this.heardAt = options.timers.now();
    this.watch(options.interval);
  }

  heard(): void {
    this.heardAt = this.options.timers.now();
    this.cancelDeath?.();
    this.cancelDeath = null;
  }

  sent(bytes: number): void {
    this.total += bytes;
    if (this.total - this.marked >= markEvery) this.options.ping();
  }

  /** A PING goes out, whoever wanted it. */
  pinged(): void {
    this.marked = this.total;
    this.marks.push(this.total);
  }

  pong(): void {
    this.read = this.marks.shift() ?? this.read;
  }

  /** Asks now, without waiting for a silence: the network has changed, or the page was asleep. */
  probe(): void {
    if (this.stopped || this.cancelDeath !== null) return;
    this.options.ping();
    const wait = Math.min(longestWait, this.options.timeout + (this.total - this.read) / bytesPerMillisecond);
    this.cancelDeath = this.options.timers.after(wait, () => {
      if (!this.stopped) this.options.dead();
    });
  }

  stop(): void {
    this.stopped = true;
    this.cancelIdle();
    this.cancelDeath?.();
  }

  private watch(milliseconds: number): void {
    this.cancelIdle = this.options.timers.after(milliseconds, () => {
      const silence = this.options.timers.now() - this.heardAt;
      if (silence >= this.options.interval) this.probe();
      this.watch(silence >= this.options.interval ? this.options.interval : this.options.interval - silence);
    });
  }
}
