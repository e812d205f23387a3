/** Brings the inbox into the rows: reads the feed of live copies, lists when `InboxMerge` asks for it, checks the head. */
import { KezError } from "../core/errors.js";
import { millisecondsOf, parseTimestamp } from "../core/timestamp.js";
import type { Door, LiveFeed, Page, Stored } from "../net/door.js";
import { sortable } from "../store/rows.js";
import type { Arrival } from "./arrival.js";
import { bounds } from "./bounds.js";
import type { Codec, Opening } from "./codec.js";
import { InboxMerge, type InboxPosition } from "./inbox-merge.js";
import { intake } from "./intake.js";
import type { Steps } from "./steps.js";
import type { Timers } from "./timers.js";
import type { Unit } from "./unit.js";

interface Live {
  readonly message: Stored;
  readonly previous: number | null;
}

export class Inbox {
  private readonly steps: Steps;
  private readonly door: Door;
  private readonly codec: Codec;
  private readonly timers: Timers;
  private merge = new InboxMerge();
  private feed: LiveFeed | null = null;
  private readonly waiting: Live[] = [];
  private room: (() => void) | null = null;
  private working = false;
  private failures = 0;
  private anonymous = 0;
  private noise = 0;

  constructor(steps: Steps, door: Door, codec: Codec, timers: Timers) {
    this.steps = steps;
    this.door = door;
    this.codec = codec;
    this.timers = timers;
  }

  /** Whether nothing is being brought in right now. */
  get isQuiet(): boolean {
    return this.merge.isQuiet && this.waiting.length === 0 && !this.working;
  }

  async start(): Promise<void> {
    const position = await this.steps.rows.get<InboxPosition>("meta", "inbox");
    const ahead = (await this.steps.rows.ids("ahead")).map((id) => parseInt(id, 16));
    this.merge = new InboxMerge(position, ahead);
    const feed = this.door.live(() => this.merge.position.cursor);
    this.feed = feed;
    void this.read(feed);
    this.armHeadCheck();
  }

  stop(): void {
    this.feed?.close();
    this.feed = null;
    this.room?.();
  }

  /** Focus, the network's return, a storage that has room again. */
  look(): void {
    this.merge.look();
    this.list();
  }

  /** From the beginning: what was passed over the first time is taken now, the rest is known. */
  rewind(unit: Unit): void {
    for (const seq of this.merge.ahead) unit.work.delete("ahead", sortable(seq));
    unit.work.put("meta", "inbox", { ...this.merge.position, cursor: 0 } satisfies InboxPosition);
    unit.after.push(() => { this.merge.rewind(); this.list(); });
  }

  private async read(feed: LiveFeed): Promise<void> {
    for await (const event of feed) {
      if (this.feed !== feed) return;
      if (event.kind !== "message") {
        this.look();
        continue;
      }
      this.waiting.push({ message: event.message, previous: event.previous });
      void this.work();
      if (this.waiting.length >= bounds.liveQueue) await new Promise<void>((resolve) => { this.room = resolve; });
    }
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    while (this.waiting.length > 0 && this.feed !== null) {
      const batch = this.waiting.splice(0, 64);
      this.room?.();
      try {
        await this.takeLive(batch);
      } catch {
        // The storage refused (it was told): the list brings them once there is room.
        this.waiting.length = 0;
      }
    }
    this.working = false;
    this.list();
  }

  private async takeLive(batch: readonly Live[]): Promise<void> {
    const openings = await Promise.all(batch.map(({ message }) => this.codec.open(message.envelope, message.from)));
    await this.steps.run(async (unit) => {
      const taken = new Set<number>();
      for (const [index, { message, previous }] of batch.entries()) {
        const wanted = this.merge.live(message.seq, previous !== null && taken.has(previous) ? null : previous);
        if (!wanted || taken.has(message.seq)) continue;
        taken.add(message.seq);
        await this.take(unit, message, openings[index]);
        if (this.merge.remembers) unit.work.put("ahead", sortable(message.seq), true);
      }
      unit.after.push(() => { for (const seq of taken) this.merge.taken(seq); });
    });
  }

  private list(): void {
    if (this.feed === null) return;
    const since = this.merge.nextList();
    if (since === null) return;
    this.steps.tell({ kind: "listing", active: true });
    void this.listFrom(since).finally(() => {
      if (this.merge.isQuiet) this.steps.tell({ kind: "listing", active: false });
      this.list();
    });
  }

  private async listFrom(since: number): Promise<void> {
    try {
      const page = await this.door.list(since, bounds.page);
      if (this.feed === null) return this.merge.listFailed();
      await this.takePage(since, page);
      this.failures = 0;
      if (page.truncated && since > 0) this.steps.tell({ kind: "truncated" });
    } catch (error) {
      this.merge.listFailed();
      if (!(error instanceof KezError) || this.door.state.kind !== "open") return;
      const { base, cap } = bounds.retry;
      const pause = this.steps.clock.random() * Math.min(cap, base * 2 ** Math.min(this.failures++, 16));
      this.timers.in("list", Math.max(pause, (error.retryAfter ?? 0) * 1000), () => this.look());
    }
  }

  private async takePage(since: number, page: Page): Promise<void> {
    const head = { since, seqs: page.messages.map((message) => message.seq), next: page.next, has_more: page.has_more, epoch: page.epoch };
    const openings = new Map(await Promise.all(page.messages.map(
      async (message) => [message.seq, await this.codec.open(message.envelope, message.from)] as const)));
    await this.steps.run(async (unit) => {
      const plan = this.merge.plan(head);
      if (plan.kind === "take") {
        for (const message of page.messages) {
          if (plan.seqs.has(message.seq)) await this.take(unit, message, openings.get(message.seq));
        }
      }
      const replaced = this.merge.position.epoch !== null && this.merge.position.epoch !== plan.position.epoch;
      for (const seq of this.merge.ahead) {
        if (replaced || seq <= plan.position.cursor) unit.work.delete("ahead", sortable(seq));
      }
      unit.work.put("meta", "inbox", plan.position);
      unit.after.push(() => this.merge.applied(head, plan));
    });
  }

  private async take(unit: Unit, message: Stored, opening: Opening | undefined): Promise<void> {
    if (opening === undefined || opening.kind === "noise" || opening.kind === "anonymous") {
      if (opening?.kind === "anonymous") this.anonymous += 1;
      else this.noise += 1;
      unit.tell({ kind: "counted", anonymous: this.anonymous, noise: this.noise });
      return;
    }
    const time = parseTimestamp(message.received_at);
    const arrival: Arrival = {
      sender: opening.from, peer: opening.from, id: opening.id, seq: message.seq,
      at: time === null ? unit.now : millisecondsOf(time),
      createdAt: opening.kind === "content" ? opening.createdAt : 0,
      what: opening.kind === "content" ? opening.content : { placeholder: opening.cause, envelope: opening.envelope },
    };
    await intake(unit, arrival);
  }

  /** The one question that a timer asks: did I miss anything? */
  private armHeadCheck(): void {
    this.timers.in("head", bounds.headCheck * (1 + this.steps.clock.random() / 5), () => {
      this.armHeadCheck();
      if (this.door.state.kind !== "open") return;
      this.door.head(this.merge.position.cursor).then((head) => { this.merge.head(head); this.list(); }, () => undefined);
    });
  }
}
