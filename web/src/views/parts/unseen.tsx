import type { ComponentChildren } from "preact";

/** For those who hear the page. */
export function Unseen({ children }: { readonly children: ComponentChildren }) {
  return <span class="unseen">{children}</span>;
}
