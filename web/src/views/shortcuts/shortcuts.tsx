import { useEffect } from "preact/hooks";
import { useActions, useGetState } from "../parts/app.js";
import { lazy } from "../parts/lazy.js";
import { closeOverlay, showOverlay, useOverlay } from "../parts/overlay.js";
import { folderOf } from "../conversations/folders.js";
import { isMac, press, useKey } from "./keys.js";
import { shortcutOf } from "./table.js";
import "./shortcuts.css";

const NewConversation = lazy(async () => (await import("../frame/windows.js")).NewConversation, true);
const Switcher = lazy(async () => (await import("../frame/windows.js")).Switcher, true);
const ShortcutList = lazy(async () => (await import("../frame/windows.js")).ShortcutList, true);

/** The keys of the page, and the windows that they and the buttons open. Always rendered, draws nothing by itself. */
export function Shortcuts() {
  const overlay = useOverlay();
  useEffect(prepareWindows, []);
  useKeyboard();
  usePlaces();
  switch (overlay?.kind) {
    case "newConversation": return <NewConversation text={overlay.text} onClose={closeOverlay} />;
    case "switcher": return <Switcher onClose={closeOverlay} />;
    case "shortcuts": return <ShortcutList onClose={closeOverlay} />;
    default: return null;
  }
}

/** Fetches what opens over the page ahead: the first window is there at once, too. */
function prepareWindows(): () => void {
  const timer = setTimeout(() => void import("../frame/windows.js").catch(() => undefined), 1500);
  return () => clearTimeout(timer);
}

function useKeyboard(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      // A window that is open has its own keys.
      if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      const name = shortcutOf(event, { isMac, isTyping: isField(event.target) });
      if (name !== null && press(name)) event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}

/** Keys that lead somewhere, wherever one is. */
function usePlaces(): void {
  const actions = useActions();
  const getState = useGetState();
  const step = (by: number, wanted: (unread: number) => boolean = () => true): boolean => {
    const { conversations, route } = getState();
    const open = route.page === "messages" ? route.conv : null;
    const at = conversations.find(({ id }) => id === open);
    const all = folderOf(conversations, at?.standing === "request" ? "requests" : "all");
    const from = all.findIndex(({ id }) => id === open);
    for (let index = from + by; index >= 0 && index < all.length; index += by) {
      const conversation = all[index];
      if (conversation === undefined || !wanted(conversation.unread)) continue;
      actions.openConversation(conversation.id);
      return true;
    }
    return true;
  };
  useKey("previous", () => step(-1));
  useKey("next", () => step(1));
  useKey("nextUnread", () => step(1, (unread) => unread > 0));
  useKey("switcher", () => showOverlay({ kind: "switcher" }));
  useKey("newConversation", () => showOverlay({ kind: "newConversation", text: "" }));
  useKey("help", () => showOverlay({ kind: "shortcuts" }));
  useKey("settings", () => actions.navigate({ page: "settings", section: null }));
}

function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input:not([type=range]), textarea, select, [contenteditable]") !== null;
}
