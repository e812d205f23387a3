import { type IconName, paths } from "./icon-paths.js";

/** A picture of the set, for the eye only: what it stands beside, or the button it is in, has the name. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number | undefined }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

export type { IconName } from "./icon-paths.js";
