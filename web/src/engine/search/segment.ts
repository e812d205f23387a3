/**
 * A run of indexed messages: their normalised texts as one string, so that a search is one pass of the engine's own
 * substring search instead of a walk over objects. 100,000 messages are about ten megabytes of text: some milliseconds.
 */
export interface StoredSegment {
  readonly rows: readonly string[];
  readonly texts: readonly string[];
}

/** Occurs in no normalised text: `normalise` makes one blank of all white space. */
const SEPARATOR = "\n";

export class Segment {
  readonly rows: string[];
  private readonly texts: string[];
  private joined: string | null = null;
  private starts: number[] = [];

  constructor(stored: StoredSegment = { rows: [], texts: [] }) {
    this.rows = [...stored.rows];
    this.texts = [...stored.texts];
  }

  get size(): number { return this.rows.length; }
  get stored(): StoredSegment { return { rows: this.rows, texts: this.texts }; }

  add(row: string, text: string): void {
    this.rows.push(row);
    this.texts.push(text);
    this.joined = null;
  }

  /** Blanks what was indexed for a row; false when it is not in here. */
  remove(row: string): boolean {
    const index = this.rows.indexOf(row);
    if (index < 0) return false;
    this.rows.splice(index, 1);
    this.texts.splice(index, 1);
    this.joined = null;
    return true;
  }

  /** Rows in which every term occurs, the latest added first; `probe` is the term to look for first. */
  find(probe: string, others: readonly string[], take: (row: string) => boolean): void {
    const joined = this.prepare();
    let end = joined.length;
    while (end > 0) {
      const hit = joined.lastIndexOf(probe, end - 1);
      if (hit < 0) return;
      const index = this.indexAt(hit);
      const text = this.texts[index] ?? "";
      if (others.every((term) => text.includes(term)) && !take(this.rows[index] ?? "")) return;
      end = (this.starts[index] ?? 0) - SEPARATOR.length;
      if (index === 0) return;
    }
  }

  private prepare(): string {
    if (this.joined === null) {
      this.joined = this.texts.join(SEPARATOR);
      let at = 0;
      this.starts = this.texts.map((text) => {
        const start = at;
        at += text.length + SEPARATOR.length;
        return start;
      });
    }
    return this.joined;
  }

  /** Which text the position lies in. */
  private indexAt(position: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
