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
 * another second, up to as long as the server itself waits for a silent client.
 */
const bytesPerMillisecond = 16;
const longestWait = 100_000;

export class Heartbeat {
  private readonly options: HeartbeatOptions;
  private heardAt: number;
  private sentSincePong = 0;
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

  pong(): void {
    this.sentSincePong = 0;
  }

  sent(bytes: number): void {
    this.sentSincePong += bytes;
  }

  /** Asks now, without waiting for a silence: the network has changed, or the page was asleep. */
  probe(): void {
    if (this.stopped || this.cancelDeath !== null) return;
    const before = this.sentSincePong;
    this.options.ping();
    const wait = Math.min(longestWait, this.options.timeout + before / bytesPerMillisecond);
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
