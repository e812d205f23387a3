/**
 * The search index over the local history: sealed segments of 512 messages, read as a whole at the start, and a tail of
 * single rows that the units of work add. It is written in the batch that writes the message, so the two never differ, and
 * what is deleted is gone from here too.
 */
import { prefixRange, sortable } from "../../store/rows.js";
import type { SealedRows } from "../../store/sealed.js";
import type { Work } from "../../store/work.js";
import { bounds } from "../bounds.js";
import type { SearchChange } from "./changes.js";
import { Segment, type StoredSegment } from "./segment.js";
import { termsOf } from "./text.js";

const SEGMENT = 512;
/** Segments that are opened at once: together some milliseconds, between which the page breathes. */
const AT_ONCE = 8;

interface TailRow {
  readonly row: string;
  readonly text: string;
}

export class SearchIndex {
  private readonly segments = new Map<number, Segment>();
  private tail = new Segment();
  private readonly tailIds = new Map<string, string>();
  /** The segment of each row that is in one. */
  private readonly where = new Map<string, number>();
  private next = 0;
  private nextTail = 0;
  private ready: Promise<void> | null = null;

  /** Reads the index; a first paint need not wait for it. */
  load(rows: SealedRows): Promise<void> {
    this.ready ??= this.read(rows);
    return this.ready;
  }

  private async read(rows: SealedRows): Promise<void> {
    const { from: first, to } = prefixRange("s/");
    for (let from = first; ;) {
      const page = await rows.scan<StoredSegment>("search", { from, to, limit: AT_ONCE });
      for (const { id, value } of page) {
        const number = parseInt(id.slice(2), 16);
        this.segments.set(number, new Segment(value));
        for (const row of value.rows) this.where.set(row, number);
        this.next = number + 1;
        from = `${id}\0`;
      }
      if (page.length < AT_ONCE) break;
    }
    for (const { id, value } of await rows.scan<TailRow>("search", prefixRange("t/"))) {
      this.tail.add(value.row, value.text);
      this.tailIds.set(value.row, id);
      this.nextTail = parseInt(id.slice(2), 16) + 1;
    }
  }

  /** Adds the unit's changes to its batch; `then` is to be called once that is on the disk. The index must be loaded. */
  stage(work: Work, changes: readonly SearchChange[]): () => void {
    const latest = new Map(changes.map((change) => [change.row, change.text]));
    if (latest.size === 0) return () => undefined;
    const dropped = new Set<number>();
    const doneLater: (() => void)[] = [];
    for (const row of latest.keys()) {
      const tailId = this.tailIds.get(row);
      if (tailId !== undefined) work.delete("search", tailId);
      const number = this.where.get(row);
      if (number !== undefined) dropped.add(number);
    }
    for (const number of dropped) this.rewrite(work, number, latest, doneLater);
    const added: (TailRow & { id: string })[] = [];
    let tail = this.nextTail;
    for (const [row, text] of latest) {
      if (text !== null && text.length > 0) added.push({ row, text, id: `t/${sortable(tail++)}` });
    }
    const kept = [...this.tailIds].filter(([row]) => !latest.has(row)).length;
    if (kept + added.length >= SEGMENT) this.close(work, latest, added, doneLater);
    else this.extend(work, latest, added, doneLater);
    return () => { this.nextTail = tail; for (const done of doneLater) done(); };
  }

  /** Rows of messages in which all words of `query` occur, the latest first. @param within rows that begin so */
  find(query: string, within = "", limit: number = bounds.results): string[] {
    const terms = termsOf(query);
    // The longest term is the rarest, as far as one can tell without counting.
    const [probe, ...others] = terms.sort((a, b) => b.length - a.length);
    if (probe === undefined) return [];
    const found: string[] = [];
    const take = (row: string): boolean => {
      if (row.startsWith(within)) found.push(row);
      return found.length < limit;
    };
    const segments = [...this.segments].sort(([a], [b]) => b - a).map(([, segment]) => segment);
    for (const segment of [this.tail, ...segments]) {
      if (found.length >= limit) break;
      segment.find(probe, others, take);
    }
    // A row is its conversation's id and the message's order; the order begins with the time.
    const order = (row: string): string => row.slice(row.indexOf("/") + 1);
    return found.sort((a, b) => (order(a) < order(b) ? 1 : -1));
  }

  private rewrite(work: Work, number: number, gone: ReadonlyMap<string, unknown>, doneLater: (() => void)[]): void {
    const segment = new Segment(this.segments.get(number)?.stored);
    for (const row of gone.keys()) segment.remove(row);
    const id = `s/${sortable(number)}`;
    if (segment.size === 0) work.delete("search", id);
    else work.put("search", id, segment.stored);
    doneLater.push(() => {
      for (const row of gone.keys()) if (this.where.get(row) === number) this.where.delete(row);
      if (segment.size === 0) this.segments.delete(number);
      else this.segments.set(number, segment);
    });
  }

  /** Makes a segment of the tail and what is added. */
  private close(
    work: Work, gone: ReadonlyMap<string, unknown>, added: readonly TailRow[], doneLater: (() => void)[],
  ): void {
    const segment = new Segment(this.tail.stored);
    for (const row of gone.keys()) segment.remove(row);
    for (const { row, text } of added) segment.add(row, text);
    for (const id of this.tailIds.values()) work.delete("search", id);
    work.put("search", `s/${sortable(this.next)}`, segment.stored);
    doneLater.push(() => {
      for (const row of segment.rows) this.where.set(row, this.next);
      this.segments.set(this.next++, segment);
      this.tail = new Segment();
      this.tailIds.clear();
    });
  }

  private extend(
    work: Work, gone: ReadonlyMap<string, unknown>, added: readonly (TailRow & { id: string })[], doneLater: (() => void)[],
  ): void {
    for (const { row, text, id } of added) work.put("search", id, { row, text } satisfies TailRow);
    doneLater.push(() => {
      for (const row of gone.keys()) if (this.tailIds.delete(row)) this.tail.remove(row);
      for (const { row, text, id } of added) { this.tail.add(row, text); this.tailIds.set(row, id); }
    });
  }
}
