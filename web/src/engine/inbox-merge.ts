/**
 * Merging the two ways in which messages come: live copies, which may be missed, and pages of the list, which may not.
 *
 * The cursor moves by lists alone: a live copy proves nothing about the ones before it. What came live beyond the cursor is
 * remembered (`ahead`), so that the list does not bring it twice. Nothing here waits or writes: the engine asks what to do,
 * does it, and says so once it is on the disk.
 */
import { bounds } from "./bounds.js";

/** What survives a reload. */
export interface InboxPosition {
  readonly cursor: number;
  /** null before the first page. */
  readonly epoch: string | null;
}

export interface PageHead {
  /** What was asked. */
  readonly since: number;
  readonly seqs: readonly number[];
  readonly next: number;
  readonly has_more: boolean;
  readonly epoch: string;
}

export type PagePlan =
  /** Of an older log, or of one that has been replaced: take nothing, forget the position. */
  | { readonly kind: "restart"; readonly position: InboxPosition }
  /** Take these and then move to the position. */
  | { readonly kind: "take"; readonly seqs: ReadonlySet<number>; readonly position: InboxPosition };

export class InboxMerge {
  private place: InboxPosition;
  private readonly aheadSeqs: Set<number>;
  /** The since of the list under way. */
  private listing: number | null = null;
  private wanted = false;

  constructor(position: InboxPosition = { cursor: 0, epoch: null }, ahead: Iterable<number> = []) {
    this.place = position;
    this.aheadSeqs = new Set(ahead);
  }

  get position(): InboxPosition { return this.place; }
  get ahead(): ReadonlySet<number> { return this.aheadSeqs; }
  /** Whether everything that was asked for has come. */
  get isQuiet(): boolean { return this.listing === null && !this.wanted; }

  /** Subscribed, gap, focus, reconnect: list when no list is under way, else once more after it. */
  look(): void {
    this.wanted = true;
  }

  /** The cursor to list from now; null when there is nothing to list or a list is under way. */
  nextList(): number | null {
    if (!this.wanted || this.listing !== null) return null;
    this.wanted = false;
    this.listing = this.place.cursor;
    return this.listing;
  }

  /** The list did not come; whoever calls `look` again (a reconnect, a pause) repeats it. */
  listFailed(): void {
    this.listing = null;
  }

  /**
   * Whether to take a live copy. Asks for a list when one before it was missed, when it comes from behind the cursor (a
   * log that was restored counts anew), or when the cursor fell too far behind.
   */
  live(seq: number, previous: number | null): boolean {
    if (seq <= this.place.cursor) {
      this.wanted = true;
      return false;
    }
    if (previous !== null && previous > this.place.cursor && !this.aheadSeqs.has(previous)) this.wanted = true;
    if (this.aheadSeqs.size >= bounds.ahead) this.wanted = true;
    return !this.aheadSeqs.has(seq);
  }

  /** Whether what is taken now is remembered: before the first page nobody knows which log it belongs to. */
  get remembers(): boolean { return this.place.epoch !== null; }

  /** It is on the disk. */
  taken(seq: number): void {
    if (this.remembers && seq > this.place.cursor) this.aheadSeqs.add(seq);
  }

  plan(page: PageHead): PagePlan {
    if (this.place.epoch !== null && page.epoch !== this.place.epoch && page.since !== 0) {
      return { kind: "restart", position: { cursor: 0, epoch: page.epoch } };
    }
    const replaced = this.place.epoch !== null && page.epoch !== this.place.epoch;
    const known = (seq: number): boolean => !replaced && (seq <= this.place.cursor || this.aheadSeqs.has(seq));
    const cursor = replaced ? page.next : page.since <= this.place.cursor ? Math.max(this.place.cursor, page.next) : this.place.cursor;
    return {
      kind: "take",
      seqs: new Set(page.seqs.filter((seq) => !known(seq))),
      position: { cursor, epoch: page.epoch },
    };
  }

  /** The plan for this page is on the disk. */
  applied(page: PageHead, plan: PagePlan): void {
    const replaced = this.place.epoch !== null && this.place.epoch !== plan.position.epoch;
    const moved = plan.position.cursor > this.place.cursor;
    this.place = plan.position;
    if (replaced) this.aheadSeqs.clear();
    for (const seq of this.aheadSeqs) if (seq <= this.place.cursor) this.aheadSeqs.delete(seq);
    this.listing = null;
    // A page that promises more and moves nothing would be asked for for ever.
    if (plan.kind === "restart" || (page.has_more && (moved || replaced))) this.wanted = true;
  }

  /** From the beginning again, for what was passed over the first time. */
  rewind(): void {
    this.place = { ...this.place, cursor: 0 };
    this.aheadSeqs.clear();
    this.wanted = true;
  }

  head(head: { readonly last_seq: number; readonly epoch: string }): void {
    const replaced = this.place.epoch !== null && head.epoch !== this.place.epoch;
    if (replaced || head.last_seq > this.place.cursor) this.wanted = true;
  }
}
