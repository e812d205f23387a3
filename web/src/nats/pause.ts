import type { Timers } from "./timers";

/** A wait that can be cut short. */
export class Pause {
  readonly over: Promise<void>;
  private finish: () => void = () => {};

  constructor(milliseconds: number, timers: Timers) {
    this.over = new Promise((resolve) => (this.finish = resolve));
    const cancel = timers.after(milliseconds, this.finish);
    const finish = this.finish;
    this.finish = () => {
      cancel();
      finish();
    };
  }

  skip(): void {
    this.finish();
  }
}
