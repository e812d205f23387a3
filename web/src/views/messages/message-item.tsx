import { useEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "../parts/button.js";
import { classes } from "../parts/classes.js";
import { Icon } from "../parts/icon.js";
import { Unseen } from "../parts/unseen.js";
import { useActions } from "../parts/app.js";
import { t } from "../texts/t.js";
import { MessageBody } from "./message-body.js";
import { whyFailed } from "./failed.js";
import { ReactionsRow } from "./reactions-row.js";
import type { MessageRow } from "./rows.js";
import type { Seen } from "./seen.js";
import { useTalk } from "./talk.js";
import { useLongPress } from "./use-long-press.js";
import { usePeerName } from "./use-conversation.js";

export interface MessageItemProps {
  readonly row: MessageRow;
  /** The one that Tab leads to. */
  readonly isCurrent: boolean;
  /** It was asked for by a link or a search. */
  readonly isTarget: boolean;
  readonly canWrite: boolean;
  readonly query: string;
  readonly seen: Seen;
  readonly onFocus: (key: string) => void;
}

/** One message: its bubble, what people answered with a sign, and what can be done with it. */
export function MessageItem({ row, isCurrent, isTarget, canWrite, query, seen, onFocus }: MessageItemProps) {
  const { message, first, last } = row;
  const talk = useTalk();
  const actions = useActions();
  const peer = usePeerName();
  const item = useRef<HTMLLIElement>(null);
  const bubble = useRef<HTMLDivElement>(null);
  useEffect(() => (item.current === null ? undefined : seen.watch(item.current)), [seen, message.order]);
  const press = useLongPress((at) => talk.menu(message, at));
  const mine = message.state !== null;
  const isContent = message.shown.kind === "text" || message.shown.kind === "file";
  const canAnswer = canWrite && isContent && message.state !== "failed" && message.state !== "sending";
  const openMenu = (): void => {
    if (bubble.current !== null) talk.menu(message, bubble.current.getBoundingClientRect());
  };
  return (
    <li ref={item} data-row={row.key} data-order={message.order} tabIndex={isCurrent ? 0 : -1} onFocus={() => onFocus(row.key)}
      class={classes("message", mine ? "message-mine" : "message-theirs", first && "message-first", last && "message-last",
        isTarget && "message-target", `shows-${message.shown.kind}`)}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        if (event.key === "Enter" || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
          event.preventDefault();
          openMenu();
        }
      }}>
      <div class="message-line">
        <div ref={bubble} class="bubble" {...press}
          onContextMenu={(event) => {
            // A selected text, and a link, have a menu of the browser's own that is of more use.
            if (event.target instanceof Element && event.target.closest("a, input, video, audio") !== null) return;
            if (hasSelection()) return;
            event.preventDefault();
            talk.menu(message, { left: event.clientX, top: event.clientY });
          }}>
          <Unseen>{mine ? t("messages.youWrote") : t("messages.wrote", { name: peer })}</Unseen>
          <MessageBody message={message} query={query} />
        </div>
        <div class="message-tools">
          {canAnswer && (
            <IconButton icon="smile" size="small" tabIndex={-1} label={t("messages.react")}
              onClick={(event) => talk.pick(message, event.currentTarget.getBoundingClientRect())} />
          )}
          {canAnswer && <IconButton icon="reply" size="small" tabIndex={-1} label={t("messages.reply")} onClick={() => talk.reply(message)} />}
          <IconButton icon="more" size="small" tabIndex={-1} label={t("messages.moreActions")} aria-haspopup="menu"
            onClick={(event) => talk.menu(message, event.currentTarget.getBoundingClientRect())} />
        </div>
      </div>
      <ReactionsRow message={message} canWrite={canWrite} />
      {message.state === "failed" && (
        <div class="message-failed">
          <Icon name="error" size={16} />
          <span>{whyFailed(message)}</span>
          {canWrite && <Button kind="quiet" size="small" onClick={() => void actions.retry(message)}>{t("common.retry")}</Button>}
        </div>
      )}
    </li>
  );
}

function hasSelection(): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed;
}
