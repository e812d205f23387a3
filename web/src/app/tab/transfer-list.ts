/** How far files have come: those in view and those that move. Bounded; what is out of view is asked for again. */
import type { FileKey, Message } from "../../engine/model";
import type { TransferView } from "../state";

const MOST = 2000;

export class TransferList {
  private readonly ask: (keys: readonly FileKey[]) => Promise<readonly (readonly [FileKey, TransferView])[]>;
  private readonly changed: (transfers: ReadonlyMap<FileKey, TransferView>) => void;
  private list: ReadonlyMap<FileKey, TransferView> = new Map();
  private readonly asked = new Set<FileKey>();

  constructor(
    ask: (keys: readonly FileKey[]) => Promise<readonly (readonly [FileKey, TransferView])[]>,
    changed: (transfers: ReadonlyMap<FileKey, TransferView>) => void,
  ) {
    this.ask = ask;
    this.changed = changed;
  }

  is(key: FileKey, view: TransferView): void {
    this.become([[key, view]]);
  }

  async inView(messages: readonly Message[]): Promise<void> {
    const keys = messages.flatMap(({ shown }) => (shown.kind === "file" && !this.list.has(shown.key) && !this.asked.has(shown.key) ? [shown.key] : []));
    if (keys.length === 0) return;
    for (const key of keys) this.asked.add(key);
    const answers = await this.ask(keys);
    for (const key of keys) this.asked.delete(key);
    // What was told meanwhile is newer.
    this.become(answers.filter(([key]) => !this.list.has(key)));
  }

  clear(): void {
    this.list = new Map();
    this.changed(this.list);
  }

  private become(entries: readonly (readonly [FileKey, TransferView])[]): void {
    if (entries.length === 0) return;
    const next = new Map(this.list);
    for (const [key, view] of entries) { next.delete(key); next.set(key, view); }
    for (const oldest of next.keys()) {
      if (next.size <= MOST) break;
      next.delete(oldest);
    }
    this.list = next;
    this.changed(next);
  }
}
