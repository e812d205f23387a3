import { useState } from "preact/hooks";
import { type ConversationView, displayText, pathOf, timeOfOrder } from "../../app/api.js";
import { lineOfPreview } from "../messages/preview.js";
import { nameOf } from "../messages/use-conversation.js";
import { useLongPress } from "../messages/use-long-press.js";
import { useActions } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { classes } from "../parts/classes.js";
import { Icon } from "../parts/icon.js";
import { lazy } from "../parts/lazy.js";
import type { Place } from "../parts/place.js";
import { Unseen } from "../parts/unseen.js";
import { useNow } from "../parts/use-now.js";
import { fullDateOf, stampOf } from "../texts/dates.js";
import { t } from "../texts/t.js";

const ConversationMenu = lazy(async () => (await import("../frame/windows.js")).ConversationMenu, true);

export interface ConversationRowProps {
  readonly conversation: ConversationView;
  readonly isOpen: boolean;
}

/** A conversation in the list: who, when, what was said last, and how much of it is unread. */
export function ConversationRow({ conversation, isOpen }: ConversationRowProps) {
  const actions = useActions();
  const now = useNow(60_000);
  const [menu, setMenu] = useState<Place | null>(null);
  const press = useLongPress(setMenu);
  const { id, peer, last, unread, trust, isOnline } = conversation;
  const isMuted = conversation.mutedUntil > now;
  const at = last === null ? null : timeOfOrder(last.order);
  return (
    <li class="conversation">
      <a class={classes("conversation-link", isOpen && "conversation-open", unread > 0 && !isMuted && "conversation-unread")}
        href={pathOf({ page: "messages", conv: id, message: null })} {...(isOpen ? { "aria-current": "page" as const } : {})} {...press}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
          event.preventDefault();
          actions.openConversation(id);
        }}
        onContextMenu={(event) => {
          event.preventDefault();
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          // The key for menus tells of no place.
          setMenu(event.clientX === 0 && event.clientY === 0 ? { left: left + 24, top: bottom - 8 } : { left: event.clientX, top: event.clientY });
        }}>
        <Avatar seed={peer} size={46} online={isOnline === true} />
        <span class="conversation-about">
          <span class="conversation-top">
            <bdi class="conversation-name one-line">{nameOf(conversation)}</bdi>
            {trust.verifiedAt !== null && trust.alarm === null && <Mark icon="shieldCheck" label={t("conversations.verified")} kind="good" />}
            {trust.alarm !== null && <Mark icon="shieldAlert" label={t("conversations.alarm")} kind="danger" />}
            {isMuted && <Mark icon="bellOff" label={t("conversations.muted")} kind="faint" />}
            {at !== null && <time class="conversation-time" dateTime={new Date(at).toISOString()} title={fullDateOf(at)}>{stampOf(at, now)}</time>}
          </span>
          <span class="conversation-bottom">
            <LastLine conversation={conversation} isOpen={isOpen} />
            {unread > 0 && (
              <span class={classes("badge", isMuted && "badge-quiet")}>
                <span aria-hidden="true">{unread > 999 ? "999+" : unread}</span>
                <Unseen>{t("conversations.unread", { count: unread })}</Unseen>
              </span>
            )}
          </span>
        </span>
      </a>
      {menu !== null && <ConversationMenu conversation={conversation} at={menu} onClose={() => setMenu(null)} />}
    </li>
  );
}

/** What goes on there: writing, one's own beginning, or what was said last. */
function LastLine({ conversation, isOpen }: ConversationRowProps) {
  const { isTyping, draft, last, isSelf } = conversation;
  if (isTyping) return <span class="conversation-line conversation-typing one-line">{t("conversations.typing")}</span>;
  if (draft !== "" && !isOpen) {
    return (
      <span class="conversation-line one-line">
        <span class="conversation-draft">{t("conversations.draft")}</span> <bdi>{displayText(draft, 140)}</bdi>
      </span>
    );
  }
  if (last === null) return <span class="conversation-line one-line">{t("conversations.nothingYet")}</span>;
  const { icon, text, isOurs } = lineOfPreview(last);
  return (
    <span class={classes("conversation-line one-line", isOurs && "conversation-ours")}>
      {last.mine && !isSelf && <span class="conversation-you">{t("conversations.you")} </span>}
      {icon !== null && <Icon name={icon} size={15} />}
      <bdi>{text}</bdi>
    </span>
  );
}

function Mark({ icon, label, kind }: { readonly icon: "shieldCheck" | "shieldAlert" | "bellOff"; readonly label: string; readonly kind: string }) {
  return <span class={`mark mark-${kind}`} title={label}><Icon name={icon} size={15} /><Unseen>{label}</Unseen></span>;
}
