import { useMemo, useRef } from "preact/hooks";
import type { Place } from "../parts/place.js";

/** Milliseconds that a finger rests, and pixels that it may move meanwhile. */
const LASTS = 450;
const MOVES = 10;

interface Handlers {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
  readonly onPointerCancel: () => void;
}

/** A finger that rests on something: what the right button is for a mouse, on systems that tell of no such click. */
export function useLongPress(pressed: (at: Place) => void): Handlers {
  const latest = useRef(pressed);
  latest.current = pressed;
  return useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from: Place = { left: 0, top: 0 };
    const stop = (): void => clearTimeout(timer);
    return {
      onPointerDown(event) {
        stop();
        if (event.pointerType !== "touch") return;
        from = { left: event.clientX, top: event.clientY };
        timer = setTimeout(() => latest.current(from), LASTS);
      },
      onPointerMove(event) {
        if (Math.hypot(event.clientX - from.left, event.clientY - from.top) > MOVES) stop();
      },
      onPointerUp: stop,
      onPointerCancel: stop,
    };
  }, []);
}
