/**
 * Where the rows of a long list are, of which only those in view exist. Heights are guessed until a row was measured, and
 * remembered by key, so rows that leave and come back, or that others come in front of, keep theirs.
 */
import { Heights } from "./heights.js";

export interface LayoutRow {
  readonly key: string;
}

/** Rows `first` to `end - 1`. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

/** A row and how far its top is below the top of what is seen; negative when it is cut off there. */
export interface Anchor {
  readonly key: string;
  readonly offset: number;
}

/** Heights that are remembered of rows that are not in the list any more. */
const REMEMBERED = 20_000;

export class Layout<Row extends LayoutRow> {
  private list: readonly Row[] = [];
  private heights = new Heights([]);
  private readonly indices = new Map<string, number>();
  private readonly measured = new Map<string, number>();
  private readonly estimate: (row: Row) => number;

  constructor(estimate: (row: Row) => number) {
    this.estimate = estimate;
  }

  get rows(): readonly Row[] { return this.list; }
  get total(): number { return this.heights.total; }

  setRows(rows: readonly Row[]): void {
    if (rows === this.list) return;
    this.list = rows;
    this.indices.clear();
    rows.forEach((row, index) => this.indices.set(row.key, index));
    this.heights = new Heights(rows.map((row) => this.measured.get(row.key) ?? this.estimate(row)));
    if (this.measured.size > rows.length + REMEMBERED) {
      for (const key of this.measured.keys()) if (!this.indices.has(key)) this.measured.delete(key);
    }
  }

  /** The width changed: what was measured is only a guess now, and better than none. */
  forgetMeasures(): void {
    this.measured.clear();
  }

  /** A row's true height; gives whether it differs from what was taken for it. */
  measure(key: string, height: number): boolean {
    this.measured.set(key, height);
    const index = this.indices.get(key);
    return index !== undefined && this.heights.set(index, height) !== 0;
  }

  index(key: string): number {
    return this.indices.get(key) ?? -1;
  }

  top(index: number): number {
    return this.heights.offset(index);
  }

  height(index: number): number {
    return this.heights.at(index);
  }

  /** The rows to make for a view of `height` at `scroll`, with `margin` pixels more on both sides. */
  range(scroll: number, height: number, margin: number): Range {
    if (this.list.length === 0) return { first: 0, end: 0 };
    const first = this.heights.indexAt(Math.max(0, scroll - margin));
    const end = this.heights.indexAt(Math.max(0, scroll + height + margin)) + 1;
    return { first, end };
  }

  /**
   * What stays in place when rows come, go or turn out higher: the first row in view, and the following ones in case that
   * it goes.
   */
  anchors(scroll: number, height: number): Anchor[] {
    const { first, end } = this.range(scroll, height, 0);
    const anchors: Anchor[] = [];
    for (let index = first; index < end && anchors.length < 16; index++) {
      const row = this.list[index];
      if (row !== undefined) anchors.push({ key: row.key, offset: this.top(index) - scroll });
    }
    return anchors;
  }

  /** The scroll position at which the first of `anchors` that is still there is where it was; null when none is. */
  scrollFor(anchors: readonly Anchor[]): number | null {
    for (const { key, offset } of anchors) {
      const index = this.index(key);
      if (index >= 0) return Math.max(0, this.top(index) - offset);
    }
    return null;
  }

  /** The scroll position that shows a row: in the middle, or from its top when it is higher than the view. */
  scrollTo(key: string, height: number): number | null {
    const index = this.index(key);
    if (index < 0) return null;
    const room = height - this.height(index);
    const wanted = this.top(index) - Math.max(0, room / 2);
    return Math.min(Math.max(0, wanted), Math.max(0, this.total - height));
  }
}
