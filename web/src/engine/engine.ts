/**
 * The conversation engine: what the views call and listen to. It owns the rows; one tab runs it at a time.
 *
 * Its parts decide in units of work (`Unit`), which `Steps` runs one after the other; nothing is told before it is on the
 * disk, and nothing is acknowledged to the cursor before either.
 */
import { millisecondsOf, parseTimestamp } from "../core/timestamp.js";
import type { Primary } from "../core/identity/primary.js";
import type { Door, DoorState } from "../net/door.js";
import type { SealedRows } from "../store/sealed.js";
import type { StoreKeys } from "../store/vault.js";
import { Agenda } from "./agenda.js";
import { Blocking } from "./blocking.js";
import { type Clock, systemClock } from "./clock.js";
import type { Codec } from "./codec.js";
import { Commands } from "./commands.js";
import { Delivery } from "./delivery.js";
import type { EngineEvent } from "./events.js";
import type { History } from "./history.js";
import { Inbox } from "./inbox.js";
import { Library } from "./library.js";
import { Steps } from "./steps.js";
import { Timers } from "./timers.js";
import { Typing } from "./typing.js";
import { Uploader } from "./uploader.js";

export interface EngineParts {
  readonly rows: SealedRows;
  /** The ones that `rows` was made with. */
  readonly keys: StoreKeys;
  readonly codec: Codec;
  readonly door: Door;
  readonly clock?: Clock;
}

export class Engine {
  /** What a person does. */
  readonly commands: Commands;
  /** What a person sees. */
  readonly library: Library;
  private readonly steps: Steps;
  private readonly keys: StoreKeys;
  private readonly door: Door;
  private readonly timers: Timers;
  private readonly inbox: Inbox;
  private readonly delivery: Delivery;
  private readonly uploader: Uploader;
  private readonly agenda: Agenda;
  private readonly typing: Typing;
  private readonly blocking: Blocking;
  private unfollow: (() => void) | null = null;
  private clockKnown = false;

  private constructor(steps: Steps, { codec, door, keys }: EngineParts) {
    this.steps = steps;
    this.door = door;
    this.timers = new Timers(steps.clock);
    this.inbox = new Inbox(steps, door, codec, this.timers);
    this.delivery = new Delivery(steps, door, codec, this.timers);
    this.uploader = new Uploader(steps, door, codec, this.timers);
    this.agenda = new Agenda(steps, door, codec, this.timers, () => this.inbox.isQuiet);
    this.typing = new Typing(steps, door, this.timers);
    this.blocking = new Blocking(steps, door, () => this.inbox.look());
    this.library = new Library(steps);
    this.keys = keys;
    this.commands = new Commands({
      steps, codec, inbox: this.inbox, delivery: this.delivery, typing: this.typing, blocking: this.blocking,
    });
  }

  /** Reads what is needed for a first paint; nothing is sent or fetched before `start`. */
  static async open(parts: EngineParts): Promise<Engine> {
    return new Engine(await Steps.open(parts.rows, parts.codec.me, parts.clock ?? systemClock), parts);
  }

  get me(): Primary { return this.steps.memory.me; }

  /** The whole of it, out into a file and back; loaded when somebody asks for it. */
  async history(): Promise<History> {
    const { History } = await import("./history.js");
    return new History(this.steps, this.keys);
  }

  listen(listener: (event: EngineEvent) => void): () => void {
    return this.steps.listen(listener);
  }

  async start(): Promise<void> {
    await this.delivery.start();
    await this.uploader.start();
    await this.agenda.start();
    this.typing.start();
    this.unfollow = this.door.onState((state) => this.doorIs(state));
    this.doorIs(this.door.state);
    await this.inbox.start();
    // In the background, for the first search and the first message that is written.
    this.steps.prepareSearch();
  }

  /** Ends everything that is under way; what was begun on the disk is finished. The door is its maker's to close. */
  async stop(): Promise<void> {
    this.unfollow?.();
    this.unfollow = null;
    this.inbox.stop();
    this.delivery.stop();
    this.uploader.stop();
    this.agenda.stop();
    this.typing.stop();
    this.timers.clear();
    await this.steps.close();
  }

  /** The window was focused, or storage was freed: look whether something was missed. */
  look(): void {
    this.inbox.look();
  }

  private doorIs(state: DoorState): void {
    if (state.kind !== "open") return this.delivery.closed();
    this.delivery.opened();
    this.uploader.opened();
    void this.agenda.opened().catch(() => undefined);
    void this.blocking.tell();
    if (!this.clockKnown) void this.readClock();
  }

  /** A wrong clock must not put messages in the wrong places. Without an answer the browser's is used. */
  private async readClock(): Promise<void> {
    try {
      const time = parseTimestamp((await this.door.config()).server_time);
      if (time === null) return;
      const offset = millisecondsOf(time) - this.steps.clock.now();
      // Within the way of the answer they agree.
      this.steps.offset = Math.abs(offset) < 2000 ? 0 : offset;
      this.clockKnown = true;
    } catch {
      // The next opening asks again.
    }
  }
}
