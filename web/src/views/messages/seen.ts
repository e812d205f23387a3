/** Which messages were on the screen: at least half of each, of a page that is visible and has the focus, under no window. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Order } from "../../app/api.js";

/** Milliseconds that what is in view stays there before it counts: scrolling past is not reading. */
const LINGER = 150;

export interface Seen {
  readonly watch: (row: Element) => () => void;
}

/** @param seen told the latest message that was displayed, each time that it is a later one */
export function useSeen(view: { readonly current: HTMLElement | null }, seen: (order: Order) => void): Seen {
  const latest = useRef(seen);
  latest.current = seen;
  const watcher = useMemo(() => new Watcher((order) => latest.current(order)), []);
  useEffect(() => watcher.start(view.current), [watcher]);
  return watcher;
}

class Watcher implements Seen {
  private readonly told: (order: Order) => void;
  private readonly rows = new Set<Element>();
  private readonly visible = new Set<Element>();
  private observer: IntersectionObserver | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private furthest: Order | "" = "";

  constructor(told: (order: Order) => void) {
    this.told = told;
  }

  readonly watch = (row: Element): (() => void) => {
    this.rows.add(row);
    this.observer?.observe(row);
    return () => {
      this.rows.delete(row);
      this.visible.delete(row);
      this.observer?.unobserve(row);
    };
  };

  start(root: HTMLElement | null): () => void {
    this.observer = new IntersectionObserver((entries) => this.changed(entries), { root, threshold: [0, 0.25, 0.5, 0.75, 1] });
    for (const row of this.rows) this.observer.observe(row);
    const look = (): void => this.soon();
    const events = [[document, "visibilitychange"], [window, "focus"], [document, "focusin"], [document, "close"]] as const;
    // A closed window tells of it without bubbling: heard on the way down.
    for (const [target, name] of events) target.addEventListener(name, look, true);
    return () => {
      for (const [target, name] of events) target.removeEventListener(name, look, true);
      clearTimeout(this.timer);
      this.observer?.disconnect();
      this.observer = null;
    };
  }

  private changed(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, intersectionRatio, intersectionRect, rootBounds } of entries) {
      // What is higher than the view counts when it fills half of it.
      const fills = rootBounds !== null && intersectionRect.height >= rootBounds.height / 2;
      if (intersectionRatio >= 0.5 || fills) this.visible.add(target);
      else this.visible.delete(target);
    }
    this.soon();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), LINGER);
  }

  private tell(): void {
    if (document.visibilityState !== "visible" || !document.hasFocus() || document.querySelector("dialog[open]") !== null) return;
    let last: Order | "" = this.furthest;
    for (const row of this.visible) {
      const order = row instanceof HTMLElement ? row.dataset["order"] : undefined;
      if (order !== undefined && order > last) last = order as Order;
    }
    if (last === "" || last === this.furthest) return;
    this.furthest = last;
    this.told(last);
  }
}
