/** The one window that is open over the panes. Whoever opens it need not know who draws it. */
import type { ConvId } from "../../app/api.js";
import { cell } from "./cell.js";
import { useStore } from "./use-store.js";

export type Overlay =
  /** Everything about the contact of a conversation: drawn by `contact/`. */
  | { readonly kind: "contact"; readonly conv: ConvId }
  /** Whom to write to; `text` is put into the field. */
  | { readonly kind: "newConversation"; readonly text: string }
  /** Ctrl/⌘K. */
  | { readonly kind: "switcher" }
  /** The list of keys: `?`. */
  | { readonly kind: "shortcuts" };

const open = cell<Overlay | null>(null);

export function showOverlay(overlay: Overlay): void {
  open.set(overlay);
}

export function closeOverlay(): void {
  open.set(null);
}

/** Whether a window is open: keys of the page are then the window's. */
export function isOverlayOpen(): boolean {
  return open.get() !== null;
}

export function useOverlay(): Overlay | null {
  return useStore(open, (overlay) => overlay);
}
