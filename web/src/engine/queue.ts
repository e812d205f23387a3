/** Runs jobs one after the other, each after the one before has ended, well or not. */
export class SerialQueue {
  private tail: Promise<unknown> = Promise.resolve();

  run<T>(job: () => Promise<T>): Promise<T> {
    const result = this.tail.then(job, job);
    this.tail = result.then(() => undefined, () => undefined);
    return result;
  }

  /** Resolves when what was queued until now has ended. */
  idle(): Promise<unknown> {
    return this.tail;
  }
}
