import { useEffect, useState } from "preact/hooks";
import { pathOf } from "../../app/api.js";
import { useGlobalSearch } from "../search/use-search.js";
import { SearchField } from "../search/search-field.js";
import { useAppState } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { EmptyState } from "../parts/empty-state.js";
import { lazy } from "../parts/lazy.js";
import { showOverlay } from "../parts/overlay.js";
import { shallow } from "../parts/use-store.js";
import { Tabs } from "../parts/tabs.js";
import { t } from "../texts/t.js";
import { ConversationRow } from "./conversation-row.js";
import { type Folder, folderOf } from "./folders.js";
import { moveFocus } from "./move-focus.js";
import "./conversations.css";

const SearchResults = lazy(async () => (await import("../frame/windows.js")).SearchResults);

/** What there is to read and to answer: search, requests, and the list of conversations. */
export function ConversationsPane() {
  const search = useGlobalSearch();
  const conversations = useAppState((state) => state.conversations);
  const requests = folderOf(conversations, "requests");
  const [chosen, choose] = useState<Folder>("all");
  const openStanding = useAppState((state) => state.conversations.find(({ id }) => id === openOf(state.route))?.standing);
  // A link to a request shows where it stands.
  useEffect(() => { if (openStanding === "request") choose("requests"); else if (openStanding === "accepted") choose("all"); }, [openStanding]);
  const folder = requests.length === 0 ? "all" : chosen;
  return (
    <div class="conversations">
      <SearchField search={search} />
      {search.isOn ? <SearchResults search={search} />
        : requests.length === 0 ? <List folder="all" />
        : (
          <Tabs class="conversation-tabs" label={t("conversations.folders")} value={folder} onChange={choose} tabs={[
            { value: "all", label: t("conversations.all") },
            { value: "requests", label: t("conversations.requests"), count: requests.length },
          ]}>
            <List folder={folder} />
          </Tabs>
        )}
    </div>
  );
}

type RouteOf = Parameters<typeof pathOf>[0];

function openOf(route: RouteOf): string | null {
  return route.page === "messages" ? route.conv : null;
}

function List({ folder }: { readonly folder: Folder }) {
  const shown = useAppState((state) => folderOf(state.conversations, folder), shallow);
  const open = useAppState((state) => openOf(state.route));
  const hasOthers = useAppState((state) => state.conversations.length > 0);
  if (shown.length === 0) {
    return (
      <EmptyState icon="chat" title={t("conversations.none")}
        action={<Button kind="primary" icon="newChat" onClick={() => showOverlay({ kind: "newConversation", text: "" })}>{t("conversations.begin")}</Button>}>
        {hasOthers ? null : t("conversations.noneText")}
      </EmptyState>
    );
  }
  return (
    <>
      {folder === "requests" && <p class="requests-about">{t("conversations.requestsText")}</p>}
      <ul class="conversation-list" aria-label={folder === "all" ? t("conversations.list") : t("conversations.requests")} onKeyDown={moveFocus}>
        {shown.map((conversation) => <ConversationRow key={conversation.id} conversation={conversation} isOpen={conversation.id === open} />)}
      </ul>
    </>
  );
}
