/**
 * Files as the page can show them: a blob under a type of our own list, and a URL that is revoked when nothing shows it any
 * more and others are wanted more.
 */
import type { FileKey } from "../../app/api.js";
import { type Dimensions, dimensionsOf, MOST_PIXELS } from "./dimensions.js";
import { opaque, type Shape, shapeOf } from "./kinds.js";

export interface ShownFile {
  readonly shape: Shape;
  readonly url: string;
  readonly size: number;
  /** Of a picture, when its first bytes say it. */
  readonly dimensions: Dimensions | null;
}

/** URLs that nothing shows and that are kept for coming back to. */
const KEPT = 24;

interface Entry {
  readonly file: Promise<ShownFile | null>;
  users: number;
}

export class FileUrls {
  private readonly read: (key: FileKey) => Promise<Blob | null>;
  /** The one used last is last. */
  private readonly entries = new Map<FileKey, Entry>();
  private isClosed = false;

  constructor(read: (key: FileKey) => Promise<Blob | null>) {
    this.read = read;
  }

  /** null: the file is not here. Each call is to be followed by one of `release`. */
  acquire(key: FileKey, mime: string): Promise<ShownFile | null> {
    const entry = this.entries.get(key) ?? { file: this.make(key, mime), users: 0 };
    entry.users += 1;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.file;
  }

  release(key: FileKey): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    entry.users -= 1;
    const idle = [...this.entries].filter(([, { users }]) => users <= 0);
    for (const [old, { file }] of idle.slice(0, Math.max(0, idle.length - KEPT))) this.drop(old, file);
    // What could not be read may be there the next time.
    void entry.file.then((file) => {
      if (file === null && entry.users <= 0 && this.entries.get(key) === entry) this.entries.delete(key);
    });
  }

  /** Revokes everything: nothing of it is shown any more. */
  close(): void {
    this.isClosed = true;
    for (const [key, { file }] of [...this.entries]) this.drop(key, file);
  }

  private drop(key: FileKey, file: Promise<ShownFile | null>): void {
    this.entries.delete(key);
    void file.then((shown) => { if (shown !== null) URL.revokeObjectURL(shown.url); });
  }

  private async make(key: FileKey, mime: string): Promise<ShownFile | null> {
    const blob = await this.read(key);
    if (blob === null || this.isClosed) return null;
    const start = new Uint8Array(await blob.slice(0, 64 * 1024).arrayBuffer());
    let shape = shapeOf(mime, start);
    const dimensions = shape.kind === "image" ? dimensionsOf(start) : null;
    if (dimensions !== null && dimensions.width * dimensions.height > MOST_PIXELS) shape = opaque;
    return { shape, url: URL.createObjectURL(blob.slice(0, blob.size, shape.type)), size: blob.size, dimensions };
  }
}
