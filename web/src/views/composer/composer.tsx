import { useEffect, useRef, useState } from "preact/hooks";
import type { ConversationView, Failure, Message } from "../../app/api.js";
import { lastEditable } from "../messages/possible.js";
import { useActions, useAppState, useGetState } from "../parts/app.js";
import { IconButton } from "../parts/button.js";
import { failureText } from "../parts/failure-text.js";
import { lazy } from "../parts/lazy.js";
import { useKey } from "../shortcuts/keys.js";
import { t } from "../texts/t.js";
import { DropVeil } from "./drop-veil.js";
import { keyAction } from "./keys.js";
import { type Mode, writing } from "./mode.js";
import { ModeBar } from "./mode-bar.js";
import { useChosenFiles } from "./use-chosen-files.js";
import { useDraft } from "./use-draft.js";
import { useDrops } from "./use-drops.js";
import { useLeaveGuard } from "./use-leave-guard.js";
import { useTextHeight } from "./use-text-height.js";

const EmojiPicker = lazy(async () => (await import("../frame/windows.js")).EmojiPicker, true);
const FilesDialog = lazy(async () => (await import("../frame/windows.js")).FilesDialog, true);

export interface ComposerProps {
  readonly conversation: ConversationView;
  readonly mode: Mode;
  readonly onMode: (mode: Mode) => void;
  /** A message was written, and stands at the end. */
  readonly onSent: () => void;
}

/** Where messages are written. */
export function Composer({ conversation, mode, onMode, onSent }: ComposerProps) {
  const actions = useActions();
  const getState = useGetState();
  const conv = conversation.id;
  const enterSends = useAppState((state) => state.preferences.enterSends);
  const field = useRef<HTMLTextAreaElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const { text, write, clear } = useDraft(conversation, mode);
  const keep = useLeaveGuard();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [picking, setPicking] = useState<DOMRect | null>(null);
  const chosen = useChosenFiles();
  useTextHeight(field, text);
  useEffect(() => { focusOnDesk(field.current); }, [conv]);
  useEffect(() => { if (mode.kind !== "write") field.current?.focus(); }, [mode]);

  const insert = (added: string): void => {
    const element = field.current;
    const [from, to] = [element?.selectionStart ?? text.length, element?.selectionEnd ?? text.length];
    write(text.slice(0, from) + added + text.slice(to));
    element?.focus();
    requestAnimationFrame(() => element?.setSelectionRange(from + added.length, from + added.length));
  };
  const isOver = useDrops((files) => void chosen.add(files), insert);
  const attach = (): void => input.current?.click();
  useKey("attach", attach);
  useTypingAnywhere(field);

  const send = async (): Promise<void> => {
    const said = text.trim();
    if (said === "") return;
    setFailure(null);
    // The field is free for the next one at once; a refusal brings the text back.
    clear();
    onMode(writing);
    actions.typing(conv, false);
    const sent = await keep(mode.kind === "edit"
      ? actions.edit(mode.message, said)
      : actions.sendText(conv, said, mode.kind === "reply" ? mode.to.id : null));
    if (sent.ok) {
      if (mode.kind !== "edit") onSent();
      return;
    }
    setFailure(sent.failure);
    onMode(mode);
    write(said);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const action = keyAction(event, { text, busy: mode.kind !== "write", enterSends });
    if (action === null) return;
    if (action === "editLast") {
      const open = getState().open;
      const last: Message | null = open?.conv === conv ? lastEditable(open.messages) : null;
      if (last === null) return;
      onMode({ kind: "edit", message: last });
    } else if (action === "leaveMode") onMode(writing);
    else void send();
    event.preventDefault();
    event.stopPropagation();
  };
  const isEmpty = text.trim() === "";
  return (
    <div class="composer">
      {failure !== null && <p class="composer-failure" role="alert">{failureText(failure)}</p>}
      {mode.kind !== "write" && <ModeBar mode={mode} onLeave={() => onMode(writing)} />}
      <div class="composer-line">
        {mode.kind !== "edit" && <IconButton icon="paperclip" label={t("composer.attach")} onClick={attach} />}
        <div class="composer-box">
          <textarea ref={field} class="composer-text" rows={1} value={text} dir="auto" aria-label={t("composer.message")}
            placeholder={t("composer.placeholder")} autocomplete="off" enterkeyhint={enterSends ? "send" : "enter"}
            onInput={(event) => {
              write(event.currentTarget.value);
              setFailure(null);
              if (mode.kind !== "edit") actions.typing(conv, event.currentTarget.value.trim() !== "");
            }}
            onBlur={() => actions.typing(conv, false)} onKeyDown={onKeyDown} />
          <IconButton class="composer-emoji" icon="smile" size="small" label={t("composer.emoji")} aria-expanded={picking !== null}
            onClick={(event) => setPicking(event.currentTarget.getBoundingClientRect())} />
        </div>
        <IconButton class="composer-send" icon={mode.kind === "edit" ? "check" : "send"} kind="primary" disabled={isEmpty}
          label={mode.kind === "edit" ? t("composer.saveEdit") : t("composer.send")} onClick={() => { void send(); field.current?.focus(); }} />
      </div>
      <input ref={input} type="file" multiple hidden aria-label={t("composer.chooseFiles")} onChange={(event) => {
        void chosen.add([...(event.currentTarget.files ?? [])]);
        event.currentTarget.value = "";
      }} />
      {picking !== null && <EmojiPicker at={picking} label={t("composer.emoji")} onPick={insert} onClose={() => setPicking(null)} />}
      {chosen.files.length + Number(chosen.isPreparing) > 0 && <FilesDialog conv={conv} chosen={chosen} onMore={attach} onSent={onSent} />}
      {isOver && <DropVeil conversation={conversation} />}
    </div>
  );
}

/** Where there is a keyboard, it writes at once; on a phone the keys would cover half of what was opened. */
function focusOnDesk(field: HTMLTextAreaElement | null): void {
  if (matchMedia("(pointer: fine)").matches && document.querySelector("dialog[open]") === null) field?.focus({ preventScroll: true });
}

/** A letter that is typed while nothing has the focus is meant for the message. */
function useTypingAnywhere(field: { readonly current: HTMLTextAreaElement | null }): void {
  useEffect(() => {
    const typed = (event: KeyboardEvent): void => {
      const isLetter = Array.from(event.key).length === 1 && event.key !== " " && event.key !== "?";
      const isFree = document.activeElement === null || document.activeElement === document.body;
      if (isLetter && isFree && !event.ctrlKey && !event.metaKey && !event.altKey) field.current?.focus();
    };
    addEventListener("keydown", typed);
    return () => removeEventListener("keydown", typed);
  }, []);
}
