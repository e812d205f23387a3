import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Message, OpenConversation } from "../../app/api.js";
import { AlarmBanner } from "../contact/alarm-banner.js";
import { TrustNotes } from "../contact/trust-notes.js";
import { ClosedBar } from "../composer/closed-bar.js";
import { Composer } from "../composer/composer.js";
import { type Mode, writing } from "../composer/mode.js";
import { claimedKind } from "../media/kinds.js";
import { FileUrls } from "../media/urls.js";
import { useActions, useAppState, useGetState } from "../parts/app.js";
import { Banner } from "../parts/banner.js";
import { EmptyState } from "../parts/empty-state.js";
import { lazy } from "../parts/lazy.js";
import type { Place } from "../parts/place.js";
import { Spinner } from "../parts/spinner.js";
import { useSearch } from "../search/use-search.js";
import { useKey } from "../shortcuts/keys.js";
import { t } from "../texts/t.js";
import { Announcer } from "./announcer.js";
import { ConversationHeader } from "./header.js";
import { History } from "./history.js";
import { closedBy } from "./possible.js";
import { toggled } from "./reactions.js";
import { type Talk, TalkProvider } from "./talk.js";
import { useConversation } from "./use-conversation.js";
import type { Asking } from "./windows.js";
import "./messages.css";
import "../media/media.css";
import "../composer/composer.css";
import "../search/search.css";

const EmojiPicker = lazy(async () => (await import("../frame/windows.js")).EmojiPicker, true);
const Lightbox = lazy(async () => (await import("../frame/windows.js")).Lightbox, true);
const MessageMenu = lazy(async () => (await import("../frame/windows.js")).MessageMenu, true);
const SearchHere = lazy(async () => (await import("../frame/windows.js")).SearchHere, true);
const MessageWindow = lazy(async () => (await import("../frame/windows.js")).MessageWindow, true);

/** The conversation in view: who it is with, what was said, and where to go on writing. Rendered anew for each conversation. */
export function ConversationPane() {
  const conversation = useConversation();
  const open = useAppState((state) => (state.open?.conv === conversation?.id ? state.open : null));
  if (conversation === null) return <Missing />;
  return (
    <section class="talk" aria-label={t("messages.conversation")}>
      {/* Going to another place of the history reads, too: what is there stays until that is here. */}
      {open === null || (open.isLoading && open.messages.length === 0)
        ? <><ConversationHeader conversation={conversation} onSearch={() => undefined} /><div class="talk-loading"><Spinner size={28} /></div></>
        : <Opened key={open.conv} open={open} />}
    </section>
  );
}

/** A link to a conversation that is not here. */
function Missing() {
  const isStarting = useAppState((state) => state.isCatchingUp);
  return isStarting
    ? <div class="talk-loading"><Spinner size={28} /></div>
    : <EmptyState icon="chat" title={t("messages.noConversation")}>{t("messages.noConversationText")}</EmptyState>;
}

interface About {
  readonly message: Message;
  readonly at: DOMRect | Place;
}

function Opened({ open }: { readonly open: OpenConversation }) {
  const actions = useActions();
  const getState = useGetState();
  const conversation = useConversation();
  const me = useAppState((state) => state.me?.primary ?? null);
  const urls = useFileUrls();
  const [mode, setMode] = useState<Mode>(writing);
  const [menu, setMenu] = useState<About | null>(null);
  const [picker, setPicker] = useState<About | null>(null);
  const [asking, setAsking] = useState<{ readonly message: Message; readonly what: Asking } | null>(null);
  const [large, setLarge] = useState<Message | null>(null);
  const [isSearching, setSearching] = useState(false);
  const [sent, setSent] = useState(0);
  const search = useSearch(open.conv);
  const talk = useMemo((): Talk | null => me === null ? null : {
    conv: open.conv, me, urls,
    reply: (message) => setMode({ kind: "reply", to: message }),
    edit: (message) => setMode({ kind: "edit", message }),
    menu: (message, at) => setMenu({ message, at }),
    pick: (message, at) => setPicker({ message, at }),
    react: (message, emoji) => void actions.react(message, emoji),
    jump: (order) => void actions.jumpTo(order),
    enlarge: setLarge,
  }, [open.conv, me, urls, actions]);
  useKey("searchHere", () => setSearching(true));
  const endSearch = (): void => {
    setSearching(false);
    search.end();
  };
  useKey("close", () => (isSearching ? endSearch() : actions.closeConversation()));
  useGone(mode, open, () => setMode(writing));
  // What was looked for here is not looked for elsewhere.
  useEffect(() => () => { if (getState().search.conv === open.conv) actions.search(""); }, []);
  const onSent = (): void => {
    setSent((count) => count + 1);
    if (getState().open?.after !== "none") void actions.jumpToPresent();
  };
  if (conversation === null || talk === null) return null;
  const closed = closedBy(conversation);
  const transfers = getState().transfers;
  const isHere = ({ shown, state }: Message): boolean =>
    shown.kind === "file" && (state !== null || transfers.get(shown.key)?.state === "whole");
  const fresh = (message: Message): Message => open.messages.find(({ order }) => order === message.order) ?? message;
  return (
    <TalkProvider value={talk}>
      <ConversationHeader conversation={conversation} onSearch={() => setSearching(true)} />
      {isSearching && <SearchHere search={search} onClose={endSearch} />}
      {conversation.trust.alarm !== null && <div class="talk-banner"><AlarmBanner contact={conversation} /></div>}
      {conversation.trust.lookalike !== null && <div class="talk-banner"><TrustNotes contact={conversation} /></div>}
      {conversation.passedOver > 0 && <Banner kind="info" class="talk-banner">{t("messages.passedOver", { count: conversation.passedOver })}</Banner>}
      {open.isTargetMissing && <Banner kind="info" class="talk-banner">{t("messages.targetMissing")}</Banner>}
      <History open={open} canWrite={closed === null} query={isSearching ? search.query.trim() : ""} sent={sent} />
      <Announcer open={open} known={conversation.last?.order ?? ""} />
      {closed === null
        ? <Composer conversation={conversation} mode={mode} onMode={setMode} onSent={onSent} />
        : <ClosedBar conversation={conversation} closed={closed} />}
      {menu !== null && (
        <MessageMenu message={fresh(menu.message)} at={menu.at} canWrite={closed === null} fileIsHere={isHere(menu.message)}
          onAsk={(what) => setAsking({ message: menu.message, what })} onClose={() => setMenu(null)} />
      )}
      {picker !== null && picker.at instanceof DOMRect && (
        <EmojiPicker at={picker.at} label={t("messages.react")} onClose={() => setPicker(null)}
          onPick={(emoji) => talk.react(picker.message, toggled(fresh(picker.message), talk.me, emoji))} />
      )}
      {asking !== null && <MessageWindow message={fresh(asking.message)} asking={asking.what} onClose={() => setAsking(null)} />}
      {large !== null && (
        <Lightbox message={large} all={open.messages.filter((message) => isLarge(message) && isHere(message))} onShow={setLarge} onClose={() => setLarge(null)} />
      )}
    </TalkProvider>
  );
}

function isLarge({ shown }: Message): boolean {
  if (shown.kind !== "file") return false;
  const kind = claimedKind(shown.file.mime);
  return kind === "image" || kind === "video";
}

/** URLs of the conversation's files, all revoked when it is left. */
function useFileUrls(): FileUrls {
  const actions = useActions();
  const urls = useRef<FileUrls | null>(null);
  urls.current ??= new FileUrls((key) => actions.fileBlob(key));
  useEffect(() => () => urls.current?.close(), []);
  return urls.current;
}

/** A message that is answered or edited, and then deleted, is answered or edited no more. */
function useGone(mode: Mode, { messages }: OpenConversation, leave: () => void): void {
  const about = mode.kind === "edit" ? mode.message : mode.kind === "reply" ? mode.to : null;
  const now = about === null ? null : messages.find(({ order }) => order === about.order);
  const isDeleted = now?.shown.kind === "deleted";
  useEffect(() => { if (isDeleted) leave(); }, [isDeleted]);
}
