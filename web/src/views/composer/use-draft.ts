import { useEffect, useRef, useState } from "preact/hooks";
import type { ConversationView } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import type { Mode } from "./mode.js";

/** Milliseconds without a key after which a draft is kept; and how long somebody can go on typing before it is. */
const PAUSE = 400;
const AT_MOST = 2000;

interface Draft {
  readonly text: string;
  readonly write: (text: string) => void;
  readonly clear: () => void;
}

/** The text of the field: a draft that is kept, or, while a message is edited, its new text, for which the draft waits. */
export function useDraft({ id: conv, draft: kept }: ConversationView, mode: Mode): Draft {
  const actions = useActions();
  const [draft, setDraft] = useState(kept);
  const [edited, setEdited] = useState("");
  const unsaved = useRef<{ readonly text: string; readonly since: number; readonly timer: ReturnType<typeof setTimeout> } | null>(null);
  // What this field wrote itself comes back as the conversation's draft, later: it must not undo what was typed since.
  const wrote = useRef(kept);
  const save = (): void => {
    if (unsaved.current === null) return;
    clearTimeout(unsaved.current.timer);
    wrote.current = unsaved.current.text;
    actions.saveDraft(conv, unsaved.current.text);
    unsaved.current = null;
  };
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    // Written in another tab, or read from the disk only now.
    if (unsaved.current === null && kept !== wrote.current) {
      wrote.current = kept;
      setDraft(kept);
    }
  }, [kept]);
  useEffect(() => {
    const leave = (): void => latest.current();
    // Saving takes some milliseconds, which a page that is left does not get: the browser asks first.
    const ask = (event: BeforeUnloadEvent): void => {
      if (unsaved.current !== null) event.preventDefault();
      leave();
    };
    addEventListener("beforeunload", ask);
    // All that a page is told which a phone puts away.
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("beforeunload", ask);
      removeEventListener("pagehide", leave);
      leave();
    };
  }, []);
  const message = mode.kind === "edit" ? mode.message : null;
  useEffect(() => {
    if (message?.shown.kind === "text") setEdited(message.shown.text);
  }, [message?.id]);
  const write = (text: string): void => {
    if (mode.kind === "edit") return setEdited(text);
    setDraft(text);
    const now = performance.now();
    const since = unsaved.current?.since ?? now;
    if (unsaved.current !== null) clearTimeout(unsaved.current.timer);
    const timer = setTimeout(() => latest.current(), Math.max(0, Math.min(PAUSE, since + AT_MOST - now)));
    unsaved.current = { text, since, timer };
  };
  const clear = (): void => {
    if (mode.kind === "edit") return setEdited("");
    setDraft("");
    if (unsaved.current !== null) clearTimeout(unsaved.current.timer);
    unsaved.current = null;
    // Sending removes it from the disk.
    wrote.current = "";
  };
  return { text: mode.kind === "edit" ? edited : draft, write, clear };
}
