/** What a key does in the field that messages are written in. */
export interface Key {
  readonly key: string;
  readonly keyCode: number;
  readonly isComposing: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

export interface Field {
  readonly text: string;
  /** Answering or editing: Esc ends that first. */
  readonly busy: boolean;
  /** Else Ctrl or ⌘ with it does, and alone it breaks the line. */
  readonly enterSends: boolean;
}

export type KeyAction = "send" | "editLast" | "leaveMode" | null;

export function keyAction(key: Key, { text, busy, enterSends }: Field): KeyAction {
  // While an input method composes, Enter and Esc are its own. Safari ends composing before it tells of the Enter that
  // did so, and then only the key code says it.
  if (key.isComposing || key.keyCode === 229) return null;
  switch (key.key) {
    case "Enter": return !key.shiftKey && !key.altKey && (enterSends || key.ctrlKey || key.metaKey) ? "send" : null;
    case "ArrowUp": return text === "" && !busy && !key.shiftKey && !key.altKey && !key.ctrlKey && !key.metaKey ? "editLast" : null;
    case "Escape": return busy ? "leaveMode" : null;
    default: return null;
  }
}
