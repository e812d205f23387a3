/** Sends what waits in the rows of `outbox`, as `Outbox` says, and writes down what came of it. */
import { KezError } from "../core/errors.js";
import { type Bytes, decodeBase64, encodeBase64 } from "../core/bytes.js";
import { contentOf } from "../core/content/content.js";
import type { Primary } from "../core/identity/primary.js";
import { newMessageId } from "../core/messages/id.js";
import { timestampOf } from "../core/timestamp.js";
import type { Door } from "../net/door.js";
import type { Codec } from "./codec.js";
import type { Message, Outgoing, SendState } from "./model.js";
import { Outbox, judge } from "./outbox.js";
import type { Steps } from "./steps.js";
import type { Timers } from "./timers.js";
import type { Unit } from "./unit.js";

export class Delivery {
  private readonly steps: Steps;
  private readonly door: Door;
  private readonly codec: Codec;
  private readonly timers: Timers;
  private readonly outbox = new Outbox<Primary>();
  private stopped = false;

  constructor(steps: Steps, door: Door, codec: Codec, timers: Timers) {
    this.steps = steps;
    this.door = door;
    this.codec = codec;
    this.timers = timers;
    steps.hooks.push((unit) => {
      for (const { to, key } of unit.queued) this.outbox.queue(to, key);
      if (unit.queued.length > 0) this.pump();
    });
  }

  get size(): number { return this.outbox.size; }

  async start(): Promise<void> {
    for (const { id, value } of await this.steps.rows.scan<Outgoing>("outbox")) {
      if (value.failed === null) this.outbox.queue(value.to, id);
    }
    for (const { peer, alarm } of this.steps.memory.conversations.values()) if (alarm !== null) this.outbox.hold(peer);
  }

  stop(): void { this.stopped = true; }
  opened(): void { this.outbox.opened(); this.pump(); }
  closed(): void { this.outbox.closed(); }
  hold(to: Primary): void { this.outbox.hold(to); }
  release(to: Primary): void { this.outbox.release(to); this.pump(); }
  cancel(to: Primary, key: string): boolean { return this.outbox.cancel(to, key); }

  private pump(): void {
    if (this.stopped) return;
    const now = this.steps.clock.now();
    for (const { to, key, attempts } of this.outbox.due(now)) void this.send(to, key, attempts);
    const next = this.outbox.nextAt(now);
    if (next !== null) this.timers.in("outbox", next - now, () => this.pump());
  }

  private async send(to: Primary, key: string, attempts: number): Promise<void> {
    try {
      const outgoing = await this.steps.rows.get<Outgoing>("outbox", key);
      if (outgoing !== undefined) {
        await this.door.send(outgoing.to, decodeBase64(outgoing.envelope) as Bytes);
        if (this.stopped) return;
        await this.steps.run((unit) => this.acknowledged(unit, key, outgoing));
      }
      this.outbox.settled(to, key);
    } catch (error) {
      if (this.stopped) return;
      await this.refused(to, key, attempts, error);
    }
    this.pump();
  }

  private async acknowledged(unit: Unit, key: string, outgoing: Outgoing): Promise<void> {
    unit.work.delete("outbox", key);
    await this.mark(unit, outgoing, "sent", null);
    if (outgoing.sync === null || outgoing.to === this.codec.me) return;
    const { body, createdAt } = outgoing.sync;
    const sync = contentOf({
      kind: "sync",
      sync: { kind: "sent", to: outgoing.to, id: outgoing.id, createdAt: timestampOf(createdAt), body: decodeBase64(body) as Bytes },
    });
    const id = newMessageId();
    const envelope = await this.codec.seal(sync, this.codec.me, id, unit.now);
    unit.queue({ to: this.codec.me, envelope: encodeBase64(envelope), id, shows: null, sync: null, failed: null });
  }

  private async refused(to: Primary, key: string, attempts: number, error: unknown): Promise<void> {
    // What is no refusal is the storage's trouble: the message is where it was, and goes when the connection comes again.
    const verdict = error instanceof KezError
      ? judge(error, attempts, this.steps.clock.now(), () => this.steps.clock.random()) : { kind: "wait" as const };
    if (verdict.kind !== "fail") {
      // Waiting is for the door to open; when it is open, a pause keeps a quarrel from becoming a storm.
      const open = verdict.kind === "wait" && this.door.state.kind === "open";
      return this.outbox.again(to, open ? { kind: "retry", at: this.steps.clock.now() + 1000 } : verdict);
    }
    try {
      await this.steps.run(async (unit) => {
        const outgoing = await unit.work.get<Outgoing>("outbox", key);
        if (outgoing === undefined) return;
        // What is not shown cannot be retried by hand either.
        if (outgoing.shows === null) unit.work.delete("outbox", key);
        else unit.work.put("outbox", key, { ...outgoing, failed: verdict.reason } satisfies Outgoing);
        await this.mark(unit, outgoing, "failed", verdict.reason);
      });
      this.outbox.settled(to, key);
    } catch {
      this.outbox.again(to, { kind: "retry", at: this.steps.clock.now() + 60_000 });
    }
  }

  private async mark(unit: Unit, { shows }: Outgoing, state: SendState, failure: string | null): Promise<void> {
    if (shows === null) return;
    const message: Message | undefined = await unit.message(shows.conv, shows.order);
    // A receipt may have come before the acknowledgement: it says more.
    if (message === undefined || message.state === "delivered" || message.state === "read") return;
    unit.putMessage({ ...message, state, failure });
  }
}
