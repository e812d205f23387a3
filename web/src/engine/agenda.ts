/** What falls due by itself: receipts, chunks to ask for again, messages that expire. */
import { encodeBase64 } from "../core/bytes.js";
import { contentOf } from "../core/content/content.js";
import type { Content } from "../core/content/content.js";
import type { Primary } from "../core/identity/primary.js";
import { newMessageId } from "../core/messages/id.js";
import type { Door } from "../net/door.js";
import { prefixRange } from "../store/rows.js";
import { Bitmap } from "./bitmap.js";
import { bounds } from "./bounds.js";
import type { Codec } from "./codec.js";
import { expire } from "./expiry.js";
import type { ConvId, FileKey, Transfer } from "./model.js";
import { takeReceipts } from "./receipts.js";
import type { Steps } from "./steps.js";
import type { Timers } from "./timers.js";
import { failed, put, transferOf } from "./transfers.js";
import type { Unit } from "./unit.js";

export class Agenda {
  private readonly steps: Steps;
  private readonly door: Door;
  private readonly codec: Codec;
  private readonly timers: Timers;
  private readonly inboxIsQuiet: () => boolean;
  private stopped = false;

  constructor(steps: Steps, door: Door, codec: Codec, timers: Timers, inboxIsQuiet: () => boolean) {
    this.steps = steps;
    this.door = door;
    this.codec = codec;
    this.timers = timers;
    this.inboxIsQuiet = inboxIsQuiet;
    steps.hooks.push((unit) => {
      for (const conv of unit.owing) this.receipts(conv);
      for (const [key, wants] of unit.moving) this.armWant(key, wants);
      if (unit.expiring) this.expiry();
    });
  }

  async start(): Promise<void> {
    for (const { value } of await this.steps.rows.scan<Transfer>("transfers", prefixRange("u/"))) {
      if (value.state === "receiving" && value.pointer !== null) this.armWant(value.key, value.wants);
    }
    this.expiry();
  }

  stop(): void { this.stopped = true; }

  /** The door is open: what was owed meanwhile goes out. */
  async opened(): Promise<void> {
    for (const conv of await this.steps.rows.ids("receipts")) this.receipts(conv as ConvId);
  }

  private receipts(conv: ConvId): void {
    if (this.stopped || this.door.state.kind !== "open") return;
    this.quietly(this.steps.run(async (unit) => {
      const conversation = unit.conversation(conv);
      if (conversation === undefined) return;
      const due = await takeReceipts(unit, conversation);
      if (due.receipt !== null) await this.queue(unit, conversation.peer, due.receipt);
      if (due.sync !== null) await this.queue(unit, this.codec.me, due.sync);
      const { again } = due;
      if (again !== null) unit.after.push(() => this.timers.in(`receipts/${conv}`, again - this.steps.now, () => this.receipts(conv)));
    }));
  }

  private armWant(key: FileKey, wants: number): void {
    this.timers.in(`want/${key}`, bounds.wantAfter * 2 ** wants, () => this.want(key));
  }

  private want(key: FileKey): void {
    if (this.stopped) return;
    // Chunks may be in the pages that are still to come.
    if (!this.inboxIsQuiet() || this.door.state.kind !== "open") return this.armWant(key, 0);
    this.quietly(this.steps.run(async (unit) => {
      const transfer = await transferOf(unit, key, "unfinished");
      if (transfer?.pointer == null || transfer.state !== "receiving") return;
      if (unit.conversation(transfer.pointer.conv)?.standing !== "accepted") return;
      if (transfer.wants >= bounds.wants) return failed(unit, transfer, "incomplete");
      const missing = Bitmap.parse(transfer.have).missing(transfer.count, bounds.wantIndices);
      const thread = unit.conversation(transfer.pointer.conv)?.thread ?? null;
      await this.queue(unit, transfer.sender, contentOf({ kind: "fileWant", file: transfer.fileId, missing }, { conversation: thread }));
      put(unit, { ...transfer, wants: transfer.wants + 1 });
    }));
  }

  private expiry(): void {
    this.quietly(this.steps.run(async (unit) => {
      const next = await expire.due(unit);
      if (next !== null) unit.after.push(() => this.timers.in("expiry", Math.max(1, next - this.steps.now), () => this.expiry()));
    }));
  }

  private async queue(unit: Unit, to: Primary, content: Content): Promise<void> {
    const id = newMessageId();
    const envelope = await this.codec.seal(content, to, id, unit.now);
    unit.queue({ to, envelope: encodeBase64(envelope), id, shows: null, sync: null, failed: null });
  }

  /** A storage that refuses has been told of; what is owed stays where it is. */
  private quietly(step: Promise<unknown>): void {
    step.catch(() => undefined);
  }
}
