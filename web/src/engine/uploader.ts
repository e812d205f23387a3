/** Sends the chunks of files, a window of them at once, one file after the other; then the pointer goes into the outbox. */
import { encodeBase64 } from "../core/bytes.js";
import { contentOf } from "../core/content/content.js";
import { writeContentUnpadded } from "../core/content/writing.js";
import { KezError } from "../core/errors.js";
import { newMessageId } from "../core/messages/id.js";
import type { Door } from "../net/door.js";
import { Bitmap } from "./bitmap.js";
import { bounds } from "./bounds.js";
import type { Codec } from "./codec.js";
import { chunkRow } from "./ids.js";
import type { FileKey, Upload } from "./model.js";
import { judge } from "./outbox.js";
import type { Steps } from "./steps.js";
import type { Timers } from "./timers.js";
import type { Unit } from "./unit.js";

export class Uploader {
  private readonly steps: Steps;
  private readonly door: Door;
  private readonly codec: Codec;
  private readonly timers: Timers;
  private readonly waiting: FileKey[] = [];
  private readonly cancelled = new Set<FileKey>();
  private active: FileKey | null = null;
  private attempts = 0;
  private stopped = false;
  /** After a failure, until its pause is over or the door opens. */
  private paused = false;

  constructor(steps: Steps, door: Door, codec: Codec, timers: Timers) {
    this.steps = steps;
    this.door = door;
    this.codec = codec;
    this.timers = timers;
    steps.hooks.push((unit) => {
      for (const key of unit.droppedFiles) this.cancel(key);
      for (const { key } of unit.uploads) this.add(key);
    });
  }

  async start(): Promise<void> {
    for (const { value } of await this.steps.rows.scan<Upload>("uploads")) if (value.failed === null) this.add(value.key);
  }

  stop(): void { this.stopped = true; }
  opened(): void { this.resume(); }

  private resume(): void {
    this.paused = false;
    void this.pump();
  }

  private add(key: FileKey): void {
    this.cancelled.delete(key);
    if (!this.waiting.includes(key) && this.active !== key) this.waiting.push(key);
    void this.pump();
  }

  private cancel(key: FileKey): void {
    if (this.active === key) this.cancelled.add(key);
    const index = this.waiting.indexOf(key);
    if (index >= 0) this.waiting.splice(index, 1);
  }

  private async pump(): Promise<void> {
    if (this.active !== null || this.stopped || this.paused || this.door.state.kind !== "open") return;
    const key = this.waiting.shift();
    if (key === undefined) return;
    this.active = key;
    try {
      await this.send(key);
      this.attempts = 0;
    } catch (error) {
      await this.failed(key, error).catch(() => undefined);
    }
    this.active = null;
    this.cancelled.delete(key);
    void this.pump();
  }

  private async send(key: FileKey): Promise<void> {
    const upload = await this.steps.rows.get<Upload>("uploads", key);
    if (upload === undefined) return;
    const done = Bitmap.parse(upload.done);
    const todo = done.missing(upload.count);
    let failure: unknown = null;
    const sendOne = async (): Promise<void> => {
      for (let index = todo.shift(); index !== undefined && failure === null; index = todo.shift()) {
        if (this.stopped || this.cancelled.has(key)) return;
        try {
          await this.sendChunk(upload, index);
        } catch (error) {
          failure ??= error;
          return;
        }
        done.add(index);
        this.tell(upload, done);
        // A reload goes on from here.
        if (done.size % bounds.window === 0) await this.steps.run((unit) => this.remember(unit, key, { done: done.toString() }));
      }
    };
    await Promise.all(Array.from({ length: bounds.window }, sendOne));
    if (this.stopped || this.cancelled.has(key)) return;
    if (failure !== null) {
      await this.steps.run((unit) => this.remember(unit, key, { done: done.toString() }));
      throw failure;
    }
    await this.steps.run((unit) => this.finish(unit, key));
  }

  private async sendChunk(upload: Upload, index: number): Promise<void> {
    const data = await this.steps.rows.bytes("chunks", chunkRow(upload.key, index));
    if (data === undefined) throw new KezError("not_found", "The file is no longer here.", 404);
    const chunk = contentOf({ kind: "fileChunk", file: upload.fileId, index, count: upload.count, data });
    await this.door.send(upload.to, await this.codec.seal(chunk, upload.to, newMessageId(), this.steps.now));
  }

  private async finish(unit: Unit, key: FileKey): Promise<void> {
    const upload = await unit.work.get<Upload>("uploads", key);
    if (upload === undefined) return;
    unit.work.delete("uploads", key);
    if (upload.pointer === null) return;
    const { file, id, createdAt, conv, order } = upload.pointer;
    const conversation = unit.conversation(conv);
    const message = await unit.message(conv, order);
    if (conversation === undefined || message === undefined) return;
    const content = contentOf({ kind: "chunkedFile", file, chunks: upload.count }, { conversation: conversation.thread });
    const envelope = await this.codec.seal(content, upload.to, id, createdAt);
    unit.queue({
      to: upload.to, envelope: encodeBase64(envelope), id, shows: { conv, order },
      sync: { body: encodeBase64(writeContentUnpadded(content)), createdAt }, failed: null,
    });
    unit.tell({
      kind: "transfer", key,
      progress: { direction: "out", done: upload.count, count: upload.count, state: "whole", failure: null },
    });
  }

  private async failed(key: FileKey, error: unknown): Promise<void> {
    if (this.stopped) return;
    const now = this.steps.clock.now();
    const verdict = error instanceof KezError
      ? judge(error, this.attempts++, now, () => this.steps.clock.random()) : { kind: "retry" as const, at: now + 60_000 };
    if (verdict.kind === "fail") {
      await this.steps.run((unit) => this.remember(unit, key, { failed: verdict.reason }));
      return;
    }
    this.waiting.unshift(key);
    this.paused = true;
    this.timers.in("uploads", verdict.kind === "retry" ? verdict.at - now : 1000, () => this.resume());
  }

  private async remember(unit: Unit, key: FileKey, values: Partial<Upload>): Promise<void> {
    const upload = await unit.work.get<Upload>("uploads", key);
    if (upload === undefined) return;
    unit.work.put("uploads", key, { ...upload, ...values });
    if (values.failed == null || upload.pointer === null) return;
    const message = await unit.message(upload.pointer.conv, upload.pointer.order);
    if (message !== undefined) unit.putMessage({ ...message, state: "failed", failure: values.failed });
    const done = Bitmap.parse(upload.done).size;
    unit.tell({
      kind: "transfer", key,
      progress: { direction: "out", done, count: upload.count, state: "failed", failure: values.failed },
    });
  }

  private tell(upload: Upload, done: Bitmap): void {
    if (upload.pointer === null) return;
    this.steps.tell({
      kind: "transfer", key: upload.key,
      progress: { direction: "out", done: done.size, count: upload.count, state: "moving", failure: null },
    });
  }
}
