import type { ComponentChild, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef } from "preact/hooks";
import type { LayoutRow } from "./layout.js";
import { Scroller } from "./scroller.js";

export interface VirtualListProps<Row extends LayoutRow> {
  readonly rows: readonly Row[];
  /** The name of the list. */
  readonly label: string;
  /** How high a row will be, in pixels: the better the guess, the calmer the scroll bar. */
  readonly estimate: (row: Row) => number;
  /** A `<li>` with the row's key in `data-row`; its space around it is padding, for margins are not measured. */
  readonly children: (row: Row) => ComponentChild;
  /** Told after each movement, with what scrolls. */
  readonly onMove: (scroller: Scroller<Row>) => void;
  readonly scroller: RefObject<Scroller<Row>>;
  readonly view: RefObject<HTMLDivElement>;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

/** A list of any length of which only what is in view exists, held in place by a `Scroller`. It begins at its end. */
export function VirtualList<Row extends LayoutRow>(
  { rows, label, estimate, children, onMove, scroller: outside, view, onKeyDown }: VirtualListProps<Row>,
) {
  const [, render] = useReducer<number, void>((count) => count + 1, 0);
  const moved = useRef(onMove);
  moved.current = onMove;
  const guess = useRef(estimate);
  guess.current = estimate;
  const scroller = useMemo(() => {
    const made: Scroller<Row> = new Scroller<Row>((row) => guess.current(row), render, () => moved.current(made));
    return made;
  }, []);
  outside.current = scroller;
  const canvas = useRef<HTMLDivElement>(null);
  const block = useRef<HTMLOListElement>(null);
  scroller.setRows(rows);
  const { first, end } = scroller.range;

  useLayoutEffect(() => {
    if (view.current === null || canvas.current === null || block.current === null) return undefined;
    return scroller.attach({ view: view.current, canvas: canvas.current, block: block.current });
  }, [scroller]);
  useLayoutEffect(() => scroller.settle());
  // Letters that come late change every height.
  useEffect(() => {
    let isHere = true;
    void document.fonts.ready.then(() => { if (isHere) scroller.settle(); });
    return () => { isHere = false; };
  }, [scroller]);

  return (
    <div ref={view} class="virtual" onKeyDown={onKeyDown}>
      <div ref={canvas} class="virtual-canvas">
        <ol ref={block} class="virtual-block" aria-label={label}>
          {rows.slice(first, end).map((row) => children(row))}
        </ol>
      </div>
    </div>
  );
}
