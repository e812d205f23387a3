import { useEffect, useMemo, useRef, useState } from "preact/hooks";

interface Zoomed {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const still: Zoomed = { scale: 1, x: 0, y: 0 };
const MOST = 8;

export interface Zoom {
  readonly transform: string;
  readonly by: (factor: number) => void;
  readonly reset: () => void;
  /** Whether the last press moved the picture, so that its end is no click. */
  readonly isMoved: () => boolean;
  readonly handlers: {
    readonly onWheel: (event: WheelEvent) => void;
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerUp: (event: PointerEvent) => void;
    readonly onPointerCancel: (event: PointerEvent) => void;
    readonly onDblClick: () => void;
  };
}

/** Makes something larger and moves it: wheel, two fingers, double click and keys; back at `subject`'s change. */
export function useZoom(subject: string): Zoom {
  const [zoomed, setZoomed] = useState(still);
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const moved = useRef(0);
  useEffect(() => setZoomed(still), [subject]);
  const acts = useMemo(() => {
    const by = (factor: number): void => setZoomed((now) => {
      const scale = Math.min(MOST, Math.max(1, now.scale * factor));
      const change = scale / now.scale;
      return scale === 1 ? still : { scale, x: now.x * change, y: now.y * change };
    });
    const end = (event: PointerEvent): void => { fingers.current.delete(event.pointerId); };
    return {
      by,
      reset: () => setZoomed(still),
      isMoved: () => moved.current > 5,
      handlers: {
        onWheel(event: WheelEvent) {
          event.preventDefault();
          by(Math.exp(-event.deltaY / 400));
        },
        onPointerDown(event: PointerEvent) {
          if (fingers.current.size === 0) moved.current = 0;
          fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
        },
        onPointerMove(event: PointerEvent) {
          const before = fingers.current.get(event.pointerId);
          if (before === undefined) return;
          const now = { x: event.clientX, y: event.clientY };
          moved.current += Math.hypot(now.x - before.x, now.y - before.y);
          const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
          fingers.current.set(event.pointerId, now);
          if (other !== undefined) {
            const [from, to] = [Math.hypot(before.x - other.x, before.y - other.y), Math.hypot(now.x - other.x, now.y - other.y)];
            if (from > 0) by(to / from);
          } else {
            setZoomed((at) => (at.scale === 1 ? at : { ...at, x: at.x + now.x - before.x, y: at.y + now.y - before.y }));
          }
        },
        onPointerUp: end,
        onPointerCancel: end,
        onDblClick: () => setZoomed((now) => (now.scale === 1 ? { ...still, scale: 2.5 } : still)),
      },
    };
  }, []);
  return { ...acts, transform: `translate(${zoomed.x}px, ${zoomed.y}px) scale(${zoomed.scale})` };
}
