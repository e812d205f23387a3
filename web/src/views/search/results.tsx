import { displayText, type Message, pathOf } from "../../app/api.js";
import { ConversationRow } from "../conversations/conversation-row.js";
import { named } from "../conversations/folders.js";
import { moveFocus } from "../conversations/move-focus.js";
import { nameOf } from "../messages/use-conversation.js";
import { lineOfMessage } from "../messages/preview.js";
import { useActions, useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { EmptyState } from "../parts/empty-state.js";
import { Icon } from "../parts/icon.js";
import { Spinner } from "../parts/spinner.js";
import { Unseen } from "../parts/unseen.js";
import { useNow } from "../parts/use-now.js";
import { fullDateOf, stampOf } from "../texts/dates.js";
import { t } from "../texts/t.js";
import { marked, snippet } from "./snippet.js";
import type { Search } from "./use-search.js";

/** What was found: conversations by their names, messages by their words. */
export function SearchResults({ search: { query, found } }: { readonly search: Search }) {
  const conversations = useAppState((state) => state.conversations);
  const open = useAppState((state) => state.open?.conv ?? null);
  const people = named(conversations, query, t("conversations.notes")).slice(0, 8);
  const messages = found?.results ?? [];
  const isSearching = found === null || found.isSearching;
  if (people.length + messages.length === 0 && !isSearching) {
    return <EmptyState icon="search" title={t("search.nothing")}>{t("search.nothingText")}</EmptyState>;
  }
  return (
    <div class="results" onKeyDown={moveFocus}>
      <Unseen><span role="status">{isSearching ? "" : t("search.found", { count: people.length + messages.length })}</span></Unseen>
      {people.length > 0 && (
        <section>
          <h2 class="results-title">{t("search.conversations")}</h2>
          <ul class="conversation-list" aria-label={t("search.conversations")}>
            {people.map((conversation) => <ConversationRow key={conversation.id} conversation={conversation} isOpen={conversation.id === open} />)}
          </ul>
        </section>
      )}
      {messages.length > 0 && (
        <section>
          <h2 class="results-title">{t("search.messages")}</h2>
          <ul class="result-list" aria-label={t("search.messages")}>
            {messages.map((message) => <Result key={`${message.conv}/${message.order}`} message={message} query={query} />)}
          </ul>
        </section>
      )}
      {messages.length === 0 && isSearching && <p class="results-busy"><Spinner size={18} /></p>}
    </div>
  );
}

function Result({ message, query }: { readonly message: Message; readonly query: string }) {
  const actions = useActions();
  const now = useNow(60_000);
  const conversation = useAppState((state) => state.conversations.find(({ id }) => id === message.conv));
  if (conversation === undefined) return null;
  const { shown } = message;
  const { icon, text } = lineOfMessage(message);
  const full = shown.kind === "text" ? displayText(snippet(shown.text, query), 200) : text;
  return (
    <li>
      <a class="result" href={pathOf({ page: "messages", conv: message.conv, message: message.id })}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          actions.openConversation(message.conv, message.id);
        }}>
        <Avatar seed={conversation.peer} size={34} />
        <span class="result-about">
          <span class="conversation-top">
            <bdi class="conversation-name one-line">{nameOf(conversation)}</bdi>
            <time class="conversation-time" dateTime={new Date(message.at).toISOString()} title={fullDateOf(message.at)}>{stampOf(message.at, now)}</time>
          </span>
          <span class="result-text">
            {message.state !== null && !conversation.isSelf && <span class="conversation-you">{t("conversations.you")} </span>}
            {icon !== null && <Icon name={icon} size={14} />}
            <bdi>{marked(full, query).map((piece, index) => (piece.hit ? <mark key={index}>{piece.text}</mark> : piece.text))}</bdi>
          </span>
        </span>
      </a>
    </li>
  );
}
