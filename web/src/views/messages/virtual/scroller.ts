/**
 * Holds a long list in place: decides which rows exist, learns their heights, and puts the view back where the eye was
 * after rows came, went or turned out higher. The browser's own anchoring is off, for it knows only the rows that exist.
 */
import { type Anchor, Layout, type LayoutRow, type Range } from "./layout.js";

/** Pixels beyond the view in which rows exist, and how near to the edge of them makes new ones. */
const MARGIN = 900;
const SLACK = 300;
/** Pixels to the end within which the list counts as scrolled to its end. */
const NEAR_END = 48;
/** Pixels below the last row. */
const FOOT = 10;
/** Milliseconds for which a place that was asked for is kept although rows around it turn out higher. */
const GOAL_LASTS = 1500;

export interface Place {
  readonly key: string;
  /** `start`: near the top, with some of what is before it. */
  readonly align: "center" | "start";
}

export interface Elements {
  /** What scrolls. */
  readonly view: HTMLElement;
  /** As high as all rows together. */
  readonly canvas: HTMLElement;
  /** Holds the rows that exist; each has its key in `data-row`. */
  readonly block: HTMLElement;
}

export class Scroller<Row extends LayoutRow> {
  readonly layout: Layout<Row>;
  /** The rows that are to exist. */
  range: Range = { first: 0, end: 0 };
  private readonly render: () => void;
  private readonly moved: () => void;
  private elements: Elements | null = null;
  private held: readonly Anchor[] = [];
  private goal: (Place & { readonly until: number }) | null = null;
  private following = true;
  /** The size of the view that everything was last put in its place for. */
  private width = 0;
  private heightThen = 0;

  /**
   * @param render called when other rows are to exist
   * @param moved called after each change of what is in view
   */
  constructor(estimate: (row: Row) => number, render: () => void, moved: () => void) {
    this.layout = new Layout(estimate);
    this.render = render;
    this.moved = moved;
  }

  /** Whether the end is in view and stays there when rows come. */
  get isAtEnd(): boolean { return this.following; }
  /** Pixels above and below the view. */
  get above(): number { return this.scroll; }
  get below(): number { return Math.max(0, this.layout.total + FOOT - this.scroll - this.height); }

  private get scroll(): number { return this.elements?.view.scrollTop ?? 0; }
  // Before there is a view, as high as most are: rows for it are made at once.
  private get height(): number { return this.elements?.view.clientHeight ?? 800; }

  /** The rows as they are now. Called while rendering: `range` is right afterwards. */
  setRows(rows: readonly Row[]): void {
    if (rows === this.layout.rows) return;
    this.layout.setRows(rows);
    this.range = this.layout.range(this.wanted(), this.height, MARGIN);
  }

  /** Begins anew, for another list. */
  reset(): void {
    this.held = [];
    this.goal = null;
    this.following = true;
  }

  follow(): void {
    this.goal = null;
    this.following = true;
    this.settle();
  }

  go(place: Place): void {
    this.goal = { ...place, until: performance.now() + GOAL_LASTS };
    this.following = false;
    this.range = this.layout.range(this.wanted(), this.height, MARGIN);
    this.settle();
  }

  attach(elements: Elements): () => void {
    this.elements = elements;
    const { view, block } = elements;
    this.width = view.clientWidth;
    this.heightThen = view.clientHeight;
    view.style.paddingBottom = `${FOOT}px`;
    const observer = new ResizeObserver(() => this.settle());
    observer.observe(view);
    // Rows change their height inside of it: a picture came, a text was opened.
    observer.observe(block);
    const scrolled = (): void => this.scrolled();
    const touched = (): void => {
      if (this.goal !== null) this.goal = { ...this.goal, until: 0 };
    };
    view.addEventListener("scroll", scrolled, { passive: true });
    for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) view.addEventListener(name, touched, { passive: true });
    return () => {
      observer.disconnect();
      view.removeEventListener("scroll", scrolled);
      for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) view.removeEventListener(name, touched);
      this.elements = null;
    };
  }

  /** Learns the heights of the rows that exist and puts everything in its place. Called after rendering. */
  settle(): void {
    if (this.elements === null) return;
    const { view, canvas, block } = this.elements;
    this.expireGoal();
    this.heightThen = view.clientHeight;
    if (view.clientWidth !== this.width) {
      this.width = view.clientWidth;
      this.layout.forgetMeasures();
    }
    for (const child of block.children) {
      const key = child instanceof HTMLElement ? child.dataset["row"] : undefined;
      if (key !== undefined) this.layout.measure(key, child.getBoundingClientRect().height);
    }
    canvas.style.height = `${this.layout.total}px`;
    block.style.transform = `translateY(${this.layout.top(this.range.first)}px)`;
    const wanted = this.wanted();
    if (Math.abs(view.scrollTop - wanted) >= 1) view.scrollTop = wanted;
    if (!this.following) this.held = this.layout.anchors(view.scrollTop, view.clientHeight);
    this.look();
  }

  /** Where the view is to be. */
  private wanted(): number {
    const end = Math.max(0, this.layout.total + FOOT - this.height);
    if (this.goal !== null) {
      const index = this.layout.index(this.goal.key);
      const place = this.goal.align === "center"
        ? this.layout.scrollTo(this.goal.key, this.height)
        : index < 0 ? null : this.layout.top(index) - this.height / 5;
      if (place !== null) return Math.min(Math.max(0, place), end);
    }
    if (this.following) return end;
    return Math.min(this.layout.scrollFor(this.held) ?? this.scroll, end);
  }

  private scrolled(): void {
    if (this.elements === null) return;
    const { view } = this.elements;
    // Nobody scrolled: the page got another size, and with another width rows whose heights are not known before they are measured.
    if (view.clientWidth !== this.width || view.clientHeight !== this.heightThen) return this.settle();
    this.expireGoal();
    if (this.goal === null) this.following = this.wasNearEnd;
    this.held = this.layout.anchors(view.scrollTop, view.clientHeight);
    this.look();
  }

  /** What was asked for long ago, or was left by hand, is where it is now. */
  private expireGoal(): void {
    if (this.goal === null || performance.now() < this.goal.until) return;
    this.goal = null;
    this.following = this.wasNearEnd;
  }

  /** Judged by the size that the view had: one that became smaller shows less of the end, and nobody has left it. */
  private get wasNearEnd(): boolean { return this.layout.total + FOOT - this.scroll - this.heightThen <= NEAR_END; }

  /** Makes rows when the view came near to the edge of those that exist. */
  private look(): void {
    const needed = this.layout.range(this.scroll, this.height, SLACK);
    if (needed.first < this.range.first || needed.end > this.range.end) {
      this.range = this.layout.range(this.scroll, this.height, MARGIN);
      this.render();
    }
    this.moved();
  }
}
