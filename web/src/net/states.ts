import type { DoorState } from "./door";

/** How it is with a door, and who wants to know. */
export class States {
  private now: DoorState = { kind: "connecting" };
  private readonly listeners = new Set<(state: DoorState) => void>();

  get current(): DoorState {
    return this.now;
  }

  /** What is closed stays closed. */
  become(state: DoorState): void {
    if (this.now.kind === "closed") return;
    if (this.now.kind === state.kind && (state.kind === "open" || state.kind === "connecting")) return;
    this.now = state;
    for (const listener of [...this.listeners]) listener(state);
  }

  /** The same state, of another way to the server. */
  repeat(): void {
    for (const listener of [...this.listeners]) listener(this.now);
  }

  listen(listener: (state: DoorState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
