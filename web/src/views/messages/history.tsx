import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { OpenConversation } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { IconButton } from "../parts/button.js";
import { Spinner } from "../parts/spinner.js";
import { useNow } from "../parts/use-now.js";
import { dayOf } from "../texts/dates.js";
import { t } from "../texts/t.js";
import { Beginning } from "./beginning.js";
import { estimateOf } from "./estimate.js";
import { MessageItem } from "./message-item.js";
import { type MessageRow, type Row, rowKey, rowsOf } from "./rows.js";
import { useSeen } from "./seen.js";
import { VirtualList } from "./virtual/list.js";
import type { Scroller } from "./virtual/scroller.js";

/** Pixels to the edge of the window of messages at which more are asked for. */
const NEAR = 1500;

export interface HistoryProps {
  readonly open: OpenConversation;
  readonly canWrite: boolean;
  /** Words of the search in this conversation. */
  readonly query: string;
  /** Grows with each message that is written here: the view goes to the end, to look at it. */
  readonly sent: number;
}

/** The messages of the conversation in view. */
export function History({ open, canWrite, query, sent }: HistoryProps) {
  const actions = useActions();
  const { conv, messages, divider, target, before, after } = open;
  const made = useRef<readonly Row[]>([]);
  const rows = useMemo(() => (made.current = rowsOf(messages, divider?.order ?? null, made.current)), [messages, divider?.order]);
  const scroller = useRef<Scroller<Row>>(null);
  const view = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const seen = useSeen(view, (order) => actions.displayed(conv, order));
  // Going to the present is no search for its last message.
  const toPresent = useRef(false);
  const marked = useTarget(scroller, target, rows.length > 0, toPresent);
  const keys = useRowKeys(view, rows, scroller);

  useBeginning(scroller, rows);
  useLayoutEffect(() => { if (sent > 0) scroller.current?.follow(); }, [sent]);

  const onMove = (moved: Scroller<Row>): void => {
    setAtEnd(moved.isAtEnd || moved.below < 200);
    if (before === "more" && moved.above < NEAR) void actions.loadBefore();
    if (after === "more" && moved.below < NEAR) void actions.loadAfter();
  };
  return (
    <div class="history">
      <VirtualList rows={rows} label={t("messages.list")} estimate={estimateOf} onMove={onMove} scroller={scroller} view={view} onKeyDown={keys.onKeyDown}>
        {(row) => row.kind === "message"
          ? <MessageItem key={row.key} seen={seen} row={row} isCurrent={keys.current === row.key} isTarget={marked === row.key} canWrite={canWrite}
              query={query} onFocus={keys.onFocus} />
          : <Separator key={row.key} row={row} count={divider?.count ?? 0} />}
      </VirtualList>
      {before === "loading" && <div class="history-loading"><Spinner size={18} /></div>}
      {before === "none" && messages.length === 0 && <Beginning />}
      {(!atEnd || after !== "none") && messages.length > 0 && (
        <div class="to-present">
          <IconButton icon="arrowDown" kind="secondary" label={t("messages.toPresent")}
            onClick={() => {
              toPresent.current = true;
              void actions.jumpToPresent().then(() => {
                toPresent.current = false;
                scroller.current?.follow();
              });
            }} />
          {open.newer > 0 && <span class="badge to-present-count">{open.newer > 99 ? "99+" : open.newer}</span>}
        </div>
      )}
    </div>
  );
}

function Separator({ row, count }: { readonly row: Exclude<Row, MessageRow>; readonly count: number }) {
  const now = useNow(60_000);
  return row.kind === "day"
    ? <li class="day" data-row={row.key}><span>{dayOf(row.day.start, now)}</span></li>
    : <li class="unread-divider" data-row={row.key}><span>{t("messages.newMessages", { count })}</span></li>;
}

/** Where a conversation opens: at what is unread, else at its end. */
function useBeginning(scroller: { readonly current: Scroller<Row> | null }, rows: readonly Row[]): void {
  const isOpened = useRef(false);
  useLayoutEffect(() => {
    if (isOpened.current || rows.length === 0) return;
    isOpened.current = true;
    const unread = rows.find((row) => row.kind === "unread");
    if (unread !== undefined) scroller.current?.go({ key: unread.key, align: "start" });
  }, [rows]);
}

/** Goes to the message that was asked for; gives the key of the one that is marked for a while. */
function useTarget(
  scroller: { readonly current: Scroller<Row> | null }, target: OpenConversation["target"], isHere: boolean, isUnmarked: { readonly current: boolean },
): string | null {
  const [marked, setMarked] = useState<string | null>(null);
  useLayoutEffect(() => {
    if (target === null || !isHere) return undefined;
    const key = rowKey(target.order);
    scroller.current?.go({ key, align: "center" });
    if (isUnmarked.current) {
      setMarked(null);
      return undefined;
    }
    setMarked(key);
    const timer = setTimeout(() => setMarked(null), 2500);
    return () => clearTimeout(timer);
  }, [target?.nonce, isHere]);
  return marked;
}

interface RowKeys {
  readonly current: string | null;
  readonly onFocus: (key: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** One message at a time can have the focus; arrows move it. */
function useRowKeys(
  view: { readonly current: HTMLElement | null }, rows: readonly Row[], scroller: { readonly current: Scroller<Row> | null },
): RowKeys {
  const [focused, setFocused] = useState<string | null>(null);
  const messages = useAppState((state) => state.open?.messages);
  const last = messages?.at(-1);
  const isThere = focused !== null && rows.some((row) => row.key === focused);
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = event.target instanceof HTMLElement ? event.target.dataset["row"] : undefined;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (row === undefined || step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    let index = rows.findIndex(({ key }) => key === row) + step;
    while (rows[index] !== undefined && rows[index]?.kind !== "message") index += step;
    const next = rows[index];
    if (next === undefined) return;
    const element = view.current?.querySelector<HTMLElement>(`[data-row="${next.key}"]`);
    if (element) element.focus();
    else scroller.current?.go({ key: next.key, align: "center" });
  };
  return { current: isThere ? focused : last === undefined ? null : rowKey(last.order), onFocus: setFocused, onKeyDown };
}
