/** The keyboard, in one table: what the list shows is what the keys do. */
export type ShortcutName =
  | "switcher" | "search" | "searchHere" | "newConversation" | "previous" | "next" | "nextUnread" | "close" | "help"
  | "attach" | "editLast" | "send" | "newLine" | "settings";

export interface Shortcut {
  readonly name: ShortcutName;
  readonly group: "everywhere" | "conversations" | "writing";
  /** As `KeyboardEvent.key`; letters in lower case. */
  readonly key: string;
  /** Ctrl, or ⌘ on a Mac. */
  readonly mod?: boolean;
  readonly alt?: boolean;
  readonly shift?: boolean;
  /** Where it is dealt with: in the field that it belongs to, and only listed here. */
  readonly elsewhere?: boolean;
}

export const shortcuts: readonly Shortcut[] = [
  { name: "switcher", group: "everywhere", key: "k", mod: true },
  { name: "search", group: "everywhere", key: "f", mod: true, shift: true },
  { name: "newConversation", group: "everywhere", key: "n", alt: true },
  { name: "settings", group: "everywhere", key: ",", mod: true },
  { name: "help", group: "everywhere", key: "?" },
  { name: "previous", group: "conversations", key: "ArrowUp", alt: true },
  { name: "next", group: "conversations", key: "ArrowDown", alt: true },
  { name: "nextUnread", group: "conversations", key: "ArrowDown", alt: true, shift: true },
  { name: "searchHere", group: "conversations", key: "f", mod: true },
  { name: "attach", group: "conversations", key: "u", mod: true },
  { name: "close", group: "conversations", key: "Escape" },
  { name: "send", group: "writing", key: "Enter", elsewhere: true },
  { name: "newLine", group: "writing", key: "Enter", shift: true, elsewhere: true },
  { name: "editLast", group: "writing", key: "ArrowUp", elsewhere: true },
];

export interface Pressed {
  readonly key: string;
  /** The key's place: with Alt, some systems put a letter of their own into `key`. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
}

/**
 * The shortcut that was pressed, null for none.
 *
 * @param isTyping the key goes to a field: only keys with Ctrl, ⌘ or Alt, and Esc, are taken from it
 */
export function shortcutOf(pressed: Pressed, { isMac, isTyping }: { isMac: boolean; isTyping: boolean }): ShortcutName | null {
  if (pressed.isComposing) return null;
  const mod = isMac ? pressed.metaKey : pressed.ctrlKey;
  const otherMod = isMac ? pressed.ctrlKey : pressed.metaKey;
  if (otherMod) return null;
  if (isTyping && !mod && !pressed.altKey && pressed.key !== "Escape") return null;
  // AltGr is Ctrl and Alt at once, and writes characters.
  if (mod && pressed.altKey) return null;
  const found = shortcuts.find(({ key, mod: needsMod = false, alt = false, shift = false, elsewhere = false }) => {
    if (elsewhere || mod !== needsMod || pressed.altKey !== alt || !isKey(pressed, key)) return false;
    // "?" needs Shift on some keyboards and not on others.
    return key === "?" || pressed.shiftKey === shift;
  });
  return found?.name ?? null;
}

function isKey({ key, code, altKey }: Pressed, wanted: string): boolean {
  return key.toLowerCase() === wanted.toLowerCase() || (altKey && code === `Key${wanted.toUpperCase()}`);
}

const signs: Readonly<Record<string, string>> = { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Enter: "Enter" };

/** The keys as they are printed, each for a `<kbd>`. */
export function keysOf({ key, mod, alt, shift }: Shortcut, isMac: boolean): string[] {
  const keys: string[] = [];
  if (mod === true) keys.push(isMac ? "⌘" : "Ctrl");
  if (alt === true) keys.push(isMac ? "⌥" : "Alt");
  if (shift === true) keys.push(isMac ? "⇧" : "Shift");
  keys.push(signs[key] ?? key.toUpperCase());
  return keys;
}
