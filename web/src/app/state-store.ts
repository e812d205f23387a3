import type { Store } from "./api";

/** A state that is replaced part by part; listeners hear once of what happened in one go. */
export class StateStore<S extends object> implements Store<S> {
  private state: S;
  private readonly listeners = new Set<() => void>();
  private isTelling = false;

  constructor(initial: S) {
    this.state = initial;
  }

  get = (): S => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** A patch that changes nothing tells nobody. */
  set(patch: Partial<S>): void {
    const keys = Object.keys(patch) as (keyof S)[];
    if (keys.every((key) => patch[key] === this.state[key])) return;
    this.state = { ...this.state, ...patch };
    if (this.isTelling) return;
    this.isTelling = true;
    queueMicrotask(() => {
      this.isTelling = false;
      for (const listener of [...this.listeners]) listener();
    });
  }
}
