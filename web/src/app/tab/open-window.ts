/** The conversation in view: reads its window, keeps it up to date, and knows what is quoted, unread and meant by a link. */
import type { MessageId } from "../../core/messages/id";
import type { ConvId, Message, Order } from "../../engine/model";
import type { Failure, Outcome } from "../actions";
import type { Caller } from "../host/dispatch";
import type { ConversationView, OpenConversation, Quote } from "../state";
import { EMPTY_PANE, indexOf, PAGE, type Pane, placed, removed, withAfter, withBefore } from "./pane";

export interface OpenWindowParts {
  readonly caller: () => Caller;
  readonly view: (conv: ConvId) => ConversationView | null;
  readonly changed: (open: OpenConversation) => void;
  readonly failed: (failure: Failure) => void;
  /** Files that came into view. */
  readonly files: (messages: readonly Message[]) => void;
}

/** Quotes that are remembered for one conversation. */
const QUOTES = 500;

export class OpenWindow {
  readonly conv: ConvId;
  private readonly parts: OpenWindowParts;
  private pane: Pane = EMPTY_PANE;
  private loading: "first" | "before" | "after" | null = "first";
  /** What came while a page was being read, which it may or may not hold. */
  private readonly meanwhile: ((pane: Pane) => Pane)[] = [];
  private total = 0;
  private target: OpenConversation["target"] = null;
  private isTargetMissing = false;
  private divider: OpenConversation["divider"] = null;
  private quotes: ReadonlyMap<MessageId, Quote> = new Map();
  private nonce = 0;
  /** The greatest order that is known of. */
  private newest: Order | "" = "";
  /** Grows with each reading anew; what an older one brings is dropped. */
  private reading = 0;
  private isClosed = false;
  /** A window was there once: another one takes its place when it is there, too. */
  private isRead = false;
  private toldNewer = 0;

  constructor(parts: OpenWindowParts, conv: ConvId) {
    this.parts = parts;
    this.conv = conv;
  }

  close(): void {
    this.isClosed = true;
    this.reading += 1;
  }

  /** The first window: around the message that is meant, else at the first unread one, else the end. */
  async start(message: MessageId | null): Promise<void> {
    const view = this.parts.view(this.conv);
    if (message !== null && (await this.showMessage(message))) return;
    if (view !== null && view.unread > 0 && (await this.showUnread(view))) return;
    await this.showEnd();
  }

  /** To a message by a link; false: it is not here. */
  async showMessage(id: MessageId): Promise<boolean> {
    const found = await this.parts.caller().call("messageWithId", this.conv, id);
    const message = found.ok ? found.value : undefined;
    this.isTargetMissing = message === undefined;
    if (message === undefined) {
      this.tell();
      return false;
    }
    await this.jumpTo(message.order);
    return true;
  }

  async jumpTo(order: Order): Promise<void> {
    if (!this.pane.messages.some((message) => message.order === order)) await this.showAround(order);
    this.target = { order, nonce: ++this.nonce };
    this.isTargetMissing = false;
    this.tell();
  }

  async showEnd(): Promise<void> {
    await this.read("first", async (caller) => {
      const page = await caller.call("messagesBefore", this.conv, null, PAGE);
      return this.given(page, (messages) => () => withBefore(EMPTY_PANE, messages));
    });
  }

  async jumpToPresent(): Promise<void> {
    if (this.pane.hasAfter) await this.showEnd();
    const last = this.pane.messages.at(-1);
    if (last === undefined) return;
    this.target = { order: last.order, nonce: ++this.nonce };
    this.tell();
  }

  async loadBefore(): Promise<void> {
    const first = this.pane.messages[0];
    if (this.loading !== null || !this.pane.hasBefore || first === undefined) return;
    await this.read("before", async (caller) => {
      const page = await caller.call("messagesBefore", this.conv, first.order, PAGE);
      return this.given(page, (messages) => (pane) => withBefore(pane, messages));
    });
  }

  async loadAfter(): Promise<void> {
    const last = this.pane.messages.at(-1);
    if (this.loading !== null || !this.pane.hasAfter || last === undefined) return;
    await this.read("after", async (caller) => {
      // The page begins with the last one, which is here.
      const page = await caller.call("messagesFrom", this.conv, last.order, PAGE + 1);
      return this.given(page, (messages) => (pane) => withAfter(pane, messages.slice(1)));
    });
  }

  /** Another tab leads now, and what it said meanwhile is lost: the same window once more. */
  async reload(): Promise<void> {
    const first = this.pane.messages[0];
    if (first === undefined || !this.pane.hasAfter) return this.showEnd();
    await this.read("first", async (caller) => {
      const page = await caller.call("messagesFrom", this.conv, first.order, PAGE);
      return this.given(page, (messages) => ({ hasBefore }) => ({ ...withAfter(EMPTY_PANE, messages), hasBefore }));
    });
  }

  messageIs(message: Message): void {
    const { order } = message;
    const before = this.pane.messages;
    this.change((pane) => placed(pane, message));
    const isNewHere = before[indexOf(before, order)]?.order !== order && this.pane.messages !== before;
    if (isNewHere || order > this.newest) this.total += 1;
    if (order > this.newest) this.newest = order;
    const quoted = this.quotes.get(message.id);
    if (quoted !== undefined && quoted !== "loading" && (quoted === "missing" || quoted.order === message.order)) {
      this.quotes = new Map(this.quotes).set(message.id, message);
    }
    this.tell();
  }

  messageRemoved(order: Order): void {
    this.change((pane) => removed(pane, order));
    this.total = Math.max(0, this.total - 1);
    for (const [id, quote] of this.quotes) {
      if (typeof quote === "object" && quote.order === order) this.quotes = new Map(this.quotes).set(id, "missing");
    }
    this.tell();
  }

  /** The list's view of it has changed: what is unread is told there. */
  viewIs(): void {
    const newer = this.parts.view(this.conv)?.unread ?? 0;
    if (newer !== this.toldNewer) this.tell();
  }

  private async showUnread({ readUpTo, unread }: ConversationView): Promise<boolean> {
    const from = await this.parts.caller().call("messagesFrom", this.conv, readUpTo as Order, PAGE);
    if (!from.ok || this.isClosed) return false;
    const first = from.value.find((message) => message.order > readUpTo && message.state === null);
    if (first === undefined) return false;
    this.divider = { order: first.order, count: unread };
    await this.showAround(first.order);
    return true;
  }

  private async showAround(order: Order): Promise<void> {
    await this.read("first", async (caller) => {
      const [before, from] = await Promise.all([
        caller.call("messagesBefore", this.conv, order, PAGE), caller.call("messagesFrom", this.conv, order, PAGE),
      ]);
      return this.given(before, (older) => this.given(from, (newer) => () => withAfter(withBefore(EMPTY_PANE, older), newer)));
    });
  }

  private given<Value>(outcome: Outcome<Value>, make: (value: Value) => ((pane: Pane) => Pane) | null): ((pane: Pane) => Pane) | null {
    if (outcome.ok) return make(outcome.value);
    // The next tab to lead is asked for the same window again.
    if (outcome.failure.code !== "leader_gone") this.parts.failed(outcome.failure);
    return null;
  }

  private async read(
    what: "first" | "before" | "after", page: (caller: Caller) => Promise<((pane: Pane) => Pane) | null>,
  ): Promise<void> {
    const reading = ++this.reading;
    this.loading = what;
    this.meanwhile.length = 0;
    this.tell();
    const [apply, count] = await Promise.all([page(this.parts.caller()), this.parts.caller().call("count", this.conv)]);
    if (reading !== this.reading || this.isClosed) return;
    this.loading = null;
    if (count.ok) this.total = count.value;
    if (apply !== null) {
      this.isRead = true;
      this.pane = apply(this.pane);
      const last = this.parts.view(this.conv)?.last?.order ?? "";
      if (last > this.newest) this.newest = last;
      for (const change of this.meanwhile.splice(0)) this.pane = change(this.pane);
      this.parts.files(this.pane.messages);
    }
    this.tell();
    await this.findQuotes();
  }

  private change(change: (pane: Pane) => Pane): void {
    if (this.loading !== null) this.meanwhile.push(change);
    this.pane = change(this.pane);
    void this.findQuotes();
  }

  private async findQuotes(): Promise<void> {
    const wanted = new Set<MessageId>();
    for (const { shown } of this.pane.messages) {
      if (shown.kind === "text" && shown.replyTo !== null && !this.quotes.has(shown.replyTo)) wanted.add(shown.replyTo);
    }
    if (wanted.size === 0) return;
    const kept = this.quotes.size > QUOTES ? new Map<MessageId, Quote>() : new Map(this.quotes);
    for (const id of wanted) kept.set(id, "loading");
    this.quotes = kept;
    await Promise.all([...wanted].map(async (id) => {
      const here = this.pane.messages.find((message) => message.id === id);
      const found = here ?? await this.parts.caller().call("messageWithId", this.conv, id).then((answer) => (answer.ok ? answer.value : undefined));
      this.quotes = new Map(this.quotes).set(id, found ?? "missing");
    }));
    this.tell();
  }

  private tell(): void {
    if (this.isClosed) return;
    this.toldNewer = this.parts.view(this.conv)?.unread ?? 0;
    const { pane, loading, conv, total, target, isTargetMissing, divider, quotes } = this;
    this.parts.changed({
      conv, messages: pane.messages, total, target, isTargetMissing, divider, quotes, isLoading: loading === "first" && !this.isRead,
      before: loading === "before" ? "loading" : pane.hasBefore ? "more" : "none",
      after: loading === "after" ? "loading" : pane.hasAfter ? "more" : "none",
      newer: this.toldNewer,
    });
  }
}
