import { useState } from "preact/hooks";
import type { ConversationView } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { IconButton } from "../parts/button.js";
import { Icon } from "../parts/icon.js";
import { lazy } from "../parts/lazy.js";
import { showOverlay } from "../parts/overlay.js";
import { Unseen } from "../parts/unseen.js";
import { useNow } from "../parts/use-now.js";
import { relativeOf } from "../texts/dates.js";
import { t } from "../texts/t.js";
import { nameOf } from "./use-conversation.js";

const ConversationMenu = lazy(async () => (await import("../frame/windows.js")).ConversationMenu, true);

/** Who the other one is, whether they are there, and what can be done with the conversation. */
export function ConversationHeader({ conversation, onSearch }: { readonly conversation: ConversationView; readonly onSearch: () => void }) {
  const actions = useActions();
  const [menu, setMenu] = useState<DOMRect | null>(null);
  const { id, peer, isSelf, isOnline, trust } = conversation;
  const others = useAppState((state) => state.counts.unread - (conversation.mutedUntil > Date.now() ? 0 : conversation.unread));
  const about = (
    <>
      <Avatar seed={peer} size={38} online={isOnline === true} />
      <span class="talk-about">
        <span class="talk-name">
          <bdi class="one-line">{nameOf(conversation)}</bdi>
          {trust.verifiedAt !== null && trust.alarm === null && (
            <span class="mark mark-good" title={t("conversations.verified")}><Icon name="shieldCheck" size={16} /><Unseen>{t("conversations.verified")}</Unseen></span>
          )}
          {trust.alarm !== null && (
            <span class="mark mark-danger" title={t("conversations.alarm")}><Icon name="shieldAlert" size={16} /><Unseen>{t("conversations.alarm")}</Unseen></span>
          )}
        </span>
        <Presence conversation={conversation} />
      </span>
    </>
  );
  return (
    <header class="talk-head">
      <span class="talk-back">
        <IconButton icon="back" label={t("common.back")} onClick={() => actions.closeConversation()} />
        {others > 0 && <span class="badge talk-others" aria-hidden="true">{others > 99 ? "99+" : others}</span>}
      </span>
      <h1 class="talk-title">
        {isSelf ? <span class="talk-person">{about}</span> : (
          <button type="button" class="talk-person" title={t("conversations.contact")} onClick={() => showOverlay({ kind: "contact", conv: id })}>{about}</button>
        )}
      </h1>
      <IconButton icon="search" label={t("search.here")} onClick={onSearch} />
      <IconButton icon="more" label={t("conversations.actions")} aria-haspopup="menu" aria-expanded={menu !== null}
        onClick={(event) => setMenu(event.currentTarget.getBoundingClientRect())} />
      {menu !== null && <ConversationMenu conversation={conversation} at={menu} onClose={() => setMenu(null)} />}
    </header>
  );
}

/** What the other one does, or when they did something. */
function Presence({ conversation: { isTyping, isOnline, isSelf, lastActive, name, standing } }: { readonly conversation: ConversationView }) {
  const now = useNow();
  if (isTyping) return <span class="talk-presence talk-typing" role="status">{t("conversations.typing")}</span>;
  if (isSelf) return <span class="talk-presence">{t("conversations.notesAbout")}</span>;
  if (standing === "blocked") return <span class="talk-presence">{t("conversations.blocked")}</span>;
  if (isOnline === true) return <span class="talk-presence talk-online">{t("conversations.online")}</span>;
  if (lastActive !== null) return <span class="talk-presence">{t("conversations.active", { when: relativeOf(lastActive, now) })}</span>;
  // The name above may be one that oneself gave.
  const known = name.fqhn ?? name.handle ?? name.key;
  return <span class="talk-presence one-line"><bdi>{known}</bdi></span>;
}
