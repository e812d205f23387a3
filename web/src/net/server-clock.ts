import { parseTimestamp, millisecondsOf, timestampOf, type Timestamp } from "../core/timestamp";

/** The server's time by our clock and what answers have told of the difference. */
export class ServerClock {
  private readonly local: () => number;
  private offset = 0;

  /** @param local milliseconds since 1970 */
  constructor(local: () => number) {
    this.local = local;
  }

  now(): Timestamp {
    return timestampOf(this.local() + this.offset);
  }

  /** Milliseconds that our clock is behind the server's; 0 as long as nobody complained. */
  get difference(): number {
    return this.offset;
  }

  /** @returns whether we were off by more than 5 s, so that another try makes sense */
  learn(serverTime: string): boolean {
    const time = parseTimestamp(serverTime);
    if (time === null) return false;
    const offset = millisecondsOf(time) - this.local();
    if (Math.abs(offset - this.offset) <= 5_000) return false;
    this.offset = offset;
    return true;
  }
}
