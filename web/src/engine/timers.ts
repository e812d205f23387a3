/** Named moments at which something is looked at again; setting one anew moves it. None of them fetches messages. */
import type { Clock } from "./clock.js";

export class Timers {
  private readonly clock: Clock;
  private readonly pending = new Map<string, () => void>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  in(name: string, delay: number, call: () => void): void {
    this.cancel(name);
    this.pending.set(name, this.clock.after(Math.max(0, delay), () => {
      this.pending.delete(name);
      call();
    }));
  }

  cancel(name: string): void {
    this.pending.get(name)?.();
    this.pending.delete(name);
  }

  clear(): void {
    for (const cancel of this.pending.values()) cancel();
    this.pending.clear();
  }
}
