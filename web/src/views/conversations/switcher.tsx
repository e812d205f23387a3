import { useEffect, useRef, useState } from "preact/hooks";
import type { ConversationView } from "../../app/api.js";
import { nameOf } from "../messages/use-conversation.js";
import { useActions, useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { classes } from "../parts/classes.js";
import { Icon } from "../parts/icon.js";
import { showOverlay } from "../parts/overlay.js";
import { rich } from "../texts/rich.js";
import { t } from "../texts/t.js";
import { named } from "./folders.js";

/** Conversations that are offered at once. */
const SHOWN = 9;

/** Goes to a conversation by a few letters of its name. */
export function Switcher({ onClose }: { readonly onClose: () => void }) {
  const actions = useActions();
  const dialog = useRef<HTMLDialogElement>(null);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const conversations = useAppState((state) => state.conversations);
  const open = useAppState((state) => state.open?.conv ?? null);
  useEffect(() => {
    const before = document.activeElement;
    if (dialog.current?.open === false) dialog.current.showModal();
    return () => { if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true }); };
  }, []);
  const found = named(conversations.filter(({ standing }) => standing !== "blocked"), query, t("conversations.notes"))
    // Where one is already is not where one wants to go.
    .filter(({ id }) => query !== "" || id !== open).slice(0, SHOWN);
  const isNew = query.trim() !== "" && found.length < SHOWN;
  const count = found.length + Number(isNew);
  const choose = (index: number): void => {
    const conversation = found[index];
    if (conversation !== undefined) {
      onClose();
      actions.openConversation(conversation.id);
    } else if (isNew) showOverlay({ kind: "newConversation", text: query.trim() });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown") setAt((at + 1) % Math.max(1, count));
    else if (event.key === "ArrowUp") setAt((at - 1 + count) % Math.max(1, count));
    else if (event.key === "Enter") choose(at);
    else if (event.key === "Escape" || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey))) onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <dialog ref={dialog} class="dialog switcher" aria-label={t("conversations.switcher")} onKeyDown={onKeyDown}
      onCancel={(event) => { event.preventDefault(); onClose(); }} onClick={(event) => { if (event.target === dialog.current) onClose(); }}>
      <div class="switcher-sheet">
        <div class="switcher-field">
          <Icon name="search" size={20} />
          <input type="text" role="combobox" dir="auto" autofocus aria-expanded="true" aria-controls="switcher-list" aria-autocomplete="list"
            {...(count > 0 ? { "aria-activedescendant": `switcher-${at}` } : {})} aria-label={t("conversations.switchTo")} autocomplete="off" spellcheck={false}
            placeholder={t("conversations.switchTo")} value={query} onInput={(event) => { setQuery(event.currentTarget.value); setAt(0); }} />
          <kbd aria-hidden="true">Esc</kbd>
        </div>
        <ul id="switcher-list" role="listbox" class="switcher-list" aria-label={t("conversations.list")}>
          {found.map((conversation, index) => <Option key={conversation.id} conversation={conversation} index={index} isAt={index === at} onChoose={choose} onPoint={setAt} />)}
          {isNew && (
            <li id={`switcher-${found.length}`} role="option" aria-selected={at === found.length} class={classes("switcher-option", at === found.length && "switcher-at")}
              onClick={() => choose(found.length)} onPointerMove={() => setAt(found.length)}>
              <span class="switcher-new"><Icon name="newChat" size={20} /></span>
              <span class="one-line">{rich("conversations.writeTo", { name: <bdi>{query.trim()}</bdi> })}</span>
            </li>
          )}
        </ul>
      </div>
    </dialog>
  );
}

interface OptionProps {
  readonly conversation: ConversationView;
  readonly index: number;
  readonly isAt: boolean;
  readonly onChoose: (index: number) => void;
  readonly onPoint: (index: number) => void;
}

function Option({ conversation, index, isAt, onChoose, onPoint }: OptionProps) {
  const { peer, name, unread, isOnline } = conversation;
  return (
    <li id={`switcher-${index}`} role="option" aria-selected={isAt} class={classes("switcher-option", isAt && "switcher-at")}
      onClick={() => onChoose(index)} onPointerMove={() => onPoint(index)}>
      <Avatar seed={peer} size={36} online={isOnline === true} />
      <bdi class="switcher-name one-line">{nameOf(conversation)}</bdi>
      {name.petname !== null && name.handle !== null && <bdi class="switcher-handle one-line">{name.handle}</bdi>}
      {unread > 0 && <span class="badge">{unread}</span>}
    </li>
  );
}
