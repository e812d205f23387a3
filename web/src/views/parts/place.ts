/** Where a thing that opens beside another one goes. */

/** A point of the window, in pixels. */
export interface Place {
  readonly left: number;
  readonly top: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const margin = 8;
const gap = 4;

/**
 * Below the anchor and beginning with it; above or ending with it where there is no room; never beyond the window's edge.
 *
 * @param anchor a rectangle, or a point such as the pointer's
 */
export function placeBeside(anchor: (Place & Partial<Size>), { width, height }: Size, room: Size): Place {
  const [w, h] = [anchor.width ?? 0, anchor.height ?? 0];
  const below = anchor.top + h + gap;
  const above = anchor.top - height - gap;
  const top = below + height + margin <= room.height || above < margin ? below : above;
  const left = anchor.left + width + margin <= room.width ? anchor.left : anchor.left + w - width;
  return {
    left: clamp(left, margin, room.width - width - margin),
    top: clamp(top, margin, room.height - height - margin),
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
