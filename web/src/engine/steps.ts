/**
 * Runs the engine's units of work one after the other: each on the disk before the next begins and before anybody is told.
 */
import type { Primary } from "../core/identity/primary.js";
import { StorageError } from "../store/rows.js";
import { migrate } from "../store/schema.js";
import type { SealedRows } from "../store/sealed.js";
import { Work } from "../store/work.js";
import type { Clock } from "./clock.js";
import type { EngineEvent } from "./events.js";
import { Ids } from "./ids.js";
import { DEFAULT_SETTINGS, type Conversation, type Settings } from "./model.js";
import { SerialQueue } from "./queue.js";
import { SearchIndex } from "./search/index.js";
import { type Memory, Unit } from "./unit.js";

export class Steps {
  readonly rows: SealedRows;
  readonly memory: Memory;
  readonly search = new SearchIndex();
  readonly clock: Clock;
  /** What is to happen after each unit: the machines that send, the timers. */
  readonly hooks: ((unit: Unit) => void)[] = [];
  private readonly queue = new SerialQueue();
  private closed = false;
  private readonly listeners = new Set<(event: EngineEvent) => void>();
  /** Added to the clock, so that it goes as the server's does. */
  offset = 0;

  private constructor(rows: SealedRows, memory: Memory, clock: Clock) {
    this.rows = rows;
    this.memory = memory;
    this.clock = clock;
  }

  /** Reads what is needed before anything can be shown: conversations, settings, what waits. */
  static async open(rows: SealedRows, me: Primary, clock: Clock): Promise<Steps> {
    await migrate(rows);
    const conversations = await rows.scan<Conversation>("conversations");
    const [lastOutgoing] = await rows.ids("outbox", { reverse: true, limit: 1 });
    const memory: Memory = {
      me, ids: new Ids(rows),
      conversations: new Map(conversations.map(({ value }) => [value.id, value])),
      settings: (await rows.get<Settings>("meta", "settings")) ?? DEFAULT_SETTINGS,
      nextOutgoing: lastOutgoing === undefined ? 0 : parseInt(lastOutgoing, 16) + 1,
      lastPosted: 0,
      blocked: new Set((await rows.get<readonly Primary[]>("meta", "blocked")) ?? []),
    };
    return new Steps(rows, memory, clock);
  }

  /** Milliseconds since 1970, by the server as far as it is known. */
  get now(): number {
    return this.clock.now() + this.offset;
  }

  listen(listener: (event: EngineEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(event: EngineEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** @throws StorageError when the storage refuses: the job has changed nothing then; and whatever the job throws */
  run<T>(job: (unit: Unit) => Promise<T>): Promise<T> {
    // A late answer must not write beside the engine that has taken over.
    if (this.closed) return Promise.reject(new StorageError("closed", "the engine was stopped"));
    return this.queue.run(async () => {
      const unit = new Unit(new Work(this.rows), this.memory, this.now);
      let result: T;
      let events: readonly EngineEvent[];
      try {
        result = await job(unit);
        // What touches no text need not wait for the index of all of them.
        if (unit.search.length > 0) await this.search.load(this.rows);
        const searchDone = this.search.stage(unit.work, unit.search);
        events = await unit.commit();
        searchDone();
      } catch (error) {
        if (error instanceof StorageError) this.tell({ kind: "storage-trouble", code: error.code });
        throw error;
      }
      for (const call of unit.after) call();
      for (const hook of this.hooks) hook(unit);
      for (const event of events) this.tell(event);
      return result;
    });
  }

  /** Reads the search index, unless that was done; a storage that refuses is told of by whoever needs it. */
  prepareSearch(): void {
    this.search.load(this.rows).catch(() => undefined);
  }

  /** Takes no more; resolves when what was begun has ended. */
  async close(): Promise<void> {
    this.closed = true;
    await this.queue.idle();
  }
}
