import { avatarOf } from "./avatar-drawing.js";
import { classes } from "./classes.js";

export interface AvatarProps {
  /** What it is drawn from: a primary. */
  readonly seed: string;
  readonly size?: number;
  /** A dot: the person was there just now. */
  readonly online?: boolean;
  readonly class?: string;
}

/** A picture that belongs to a key: the same everywhere, another one for another key. The name stands beside it. */
export function Avatar({ seed, size = 40, online = false, class: more }: AvatarProps) {
  const { ground, shapes } = avatarOf(seed);
  return (
    <span class={classes("avatar", more)} style={{ width: size, height: size }} aria-hidden="true">
      <svg viewBox="0 0 64 64" width={size} height={size} focusable="false">
        <rect width="64" height="64" fill={ground} />
        {shapes.map((shape, at) => <path key={at} d={shape.path} fill={shape.fill} />)}
      </svg>
      {online && <span class="avatar-online" />}
    </span>
  );
}
