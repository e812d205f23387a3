import type { Timers } from "../src/nats/index";

/** Time that stands still until a test moves it. */
export class ManualTimers implements Timers {
  private time = Date.parse("2026-01-01T00:00:00Z");
  private waiting: { readonly at: number; readonly then: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(milliseconds: number, then: () => void): () => void {
    const entry = { at: this.time + milliseconds, then };
    this.waiting.push(entry);
    return () => (this.waiting = this.waiting.filter((each) => each !== entry));
  }

  /** What is due happens in its order, and so does what that makes due. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (;;) {
      await settle();
      const next = this.waiting.filter(({ at }) => at <= end).sort((left, right) => left.at - right.at)[0];
      if (next === undefined) break;
      this.waiting = this.waiting.filter((each) => each !== next);
      this.time = Math.max(this.time, next.at);
      next.then();
    }
    this.time = end;
  }
}

/** Everything that promises have waiting has run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
