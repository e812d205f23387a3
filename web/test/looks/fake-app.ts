/**
 * An app that speaks to nobody: the views on top of made-up conversations, for looking at them. What is done to it happens
 * in memory.
 */
import type { Actions, App, AppState, ConvId, FileKey, Message, MessageId, OpenConversation, Outcome, Primary, Quote, TransferView } from "../../src/app/api";
import { StateStore } from "../../src/app/state-store";
import { normalise, termsOf } from "../../src/engine/search/text";
import { routeOf, pathOf } from "../../src/app/route";
import { say } from "./people";

const PAGE = 100;
const done: Outcome = { ok: true, value: undefined };

export class FakeApp implements App {
  readonly state: StateStore<AppState>;
  readonly actions: Actions;
  readonly talks: Map<ConvId, Message[]>;
  readonly files: Map<FileKey, Blob>;
  private nonce = 0;

  constructor(initial: AppState, talks: Map<ConvId, Message[]>, files: Map<FileKey, Blob>) {
    this.talks = talks;
    this.files = files;
    this.state = new StateStore(initial);
    const mine = this.own();
    const unknown = (name: string) => (...values: unknown[]): Promise<Outcome> => {
      console.log(name, ...values);
      return Promise.resolve(done);
    };
    // What is not here does nothing, and says so in the console.
    this.actions = new Proxy(mine as Actions, { get: (target, name: string) => Reflect.get(target, name) ?? unknown(name) });
    addEventListener("popstate", () => this.route());
    this.route();
  }

  private get me(): Primary {
    const { me } = this.state.get();
    if (me === null) throw new Error("nobody is signed in");
    return me.primary;
  }

  private route(): void {
    const route = routeOf(location);
    this.state.set({ route });
    const before = this.state.get().open;
    if (route.page !== "messages" || route.conv === null) return this.state.set({ open: null });
    if (before?.conv !== route.conv) this.open(route.conv, route.message);
  }

  private open(conv: ConvId, message: MessageId | null): void {
    const all = this.talks.get(conv) ?? [];
    const view = this.state.get().conversations.find(({ id }) => id === conv);
    const unread = view?.unread ?? 0;
    const theirs = all.filter(({ state }) => state === null);
    const first = unread > 0 ? theirs[theirs.length - unread] : undefined;
    const target = message === null ? undefined : all.find(({ id }) => id === message);
    const from = Math.max(0, (target !== undefined ? all.indexOf(target) - PAGE / 2 : all.length - PAGE));
    this.show({
      conv, messages: all.slice(from, from + PAGE), before: from > 0 ? "more" : "none", after: from + PAGE < all.length ? "more" : "none",
      isLoading: false, total: all.length, target: target === undefined ? null : { order: target.order, nonce: ++this.nonce },
      isTargetMissing: message !== null && target === undefined, divider: first === undefined ? null : { order: first.order, count: unread },
      newer: 0, quotes: new Map(),
    });
  }

  private show(open: OpenConversation): void {
    const all = this.talks.get(open.conv) ?? [];
    const quotes = new Map<MessageId, Quote>();
    for (const { shown } of open.messages) {
      if (shown.kind === "text" && shown.replyTo !== null) quotes.set(shown.replyTo, all.find(({ id }) => id === shown.replyTo) ?? "missing");
    }
    this.state.set({ open: { ...open, quotes } });
  }

  private window(change: (open: OpenConversation, all: readonly Message[], first: number) => Partial<OpenConversation>, after = 40): Promise<void> {
    return new Promise((resolve) => setTimeout(() => {
      const open = this.state.get().open;
      if (open !== null) {
        const all = this.talks.get(open.conv) ?? [];
        this.show({ ...open, ...change(open, all, all.findIndex(({ order }) => order === open.messages[0]?.order)) });
      }
      resolve();
    }, after));
  }

  /** Adds or replaces a message, in the window too when that is at the end. */
  put(message: Message): void {
    const all = this.talks.get(message.conv) ?? [];
    const at = all.findIndex(({ order }) => order === message.order);
    if (at >= 0) all[at] = message;
    else all.push(message);
    this.talks.set(message.conv, all);
    const { open, conversations } = this.state.get();
    if (open?.conv === message.conv) {
      const isThere = open.messages.some(({ order }) => order === message.order);
      const messages = isThere ? open.messages.map((other) => (other.order === message.order ? message : other)) : open.after === "none" ? [...open.messages, message] : open.messages;
      this.show({ ...open, messages, newer: !isThere && message.state === null ? open.newer + 1 : open.newer });
    }
    const text = message.shown.kind === "text" ? message.shown.text : "";
    this.state.set({
      conversations: conversations.map((view) => view.id !== message.conv ? view : {
        ...view, isTyping: false, last: { order: message.order, mine: message.state !== null, shown: message.shown.kind, text },
      }),
    });
  }

  transfer(key: FileKey, view: TransferView): void {
    this.state.set({ transfers: new Map(this.state.get().transfers).set(key, view) });
  }

  private own(): Partial<Actions> {
    const go = (path: string): void => {
      history.pushState(null, "", path);
      this.route();
    };
    const change = (conv: ConvId, values: object): Promise<void> => {
      this.state.set({ conversations: this.state.get().conversations.map((view) => (view.id === conv ? { ...view, ...values } : view)) });
      return Promise.resolve();
    };
    const put = (message: Message): Promise<void> => {
      this.put(message);
      return Promise.resolve();
    };
    return {
      navigate: (route) => go(pathOf(route)),
      back: () => history.back(),
      openConversation: (conv, message = null) => {
        this.state.set({ open: null });
        go(pathOf({ page: "messages", conv, message }));
      },
      closeConversation: () => go("/messages"),
      loadBefore: () => {
        const open = this.state.get().open;
        if (open?.before !== "more") return Promise.resolve();
        this.state.set({ open: { ...open, before: "loading" } });
        return this.window((now, all, first) => {
          const from = Math.max(0, first - PAGE);
          return { messages: [...all.slice(from, first), ...now.messages], before: from > 0 ? "more" : "none" };
        });
      },
      loadAfter: () => {
        const open = this.state.get().open;
        if (open?.after !== "more") return Promise.resolve();
        this.state.set({ open: { ...open, after: "loading" } });
        return this.window((now, all, first) => {
          const end = first + now.messages.length;
          return { messages: [...now.messages, ...all.slice(end, end + PAGE)], after: end + PAGE < all.length ? "more" : "none" };
        });
      },
      jumpToPresent: () => this.window((_, all) => ({ messages: all.slice(-PAGE), before: all.length > PAGE ? "more" : "none", after: "none", target: null }), 10),
      jumpTo: (order) => this.window((now, all) => {
        const target = { order, nonce: ++this.nonce };
        if (now.messages.some((message) => message.order === order)) return { target };
        const from = Math.max(0, all.findIndex((message) => message.order === order) - PAGE / 2);
        return { messages: all.slice(from, from + PAGE), before: from > 0 ? "more" : "none", after: from + PAGE < all.length ? "more" : "none", target };
      }, 10),
      displayed: (conv, order) => {
        console.log("displayed", conv.slice(-2), order.slice(0, 14));
        const all = this.talks.get(conv) ?? [];
        void change(conv, { readUpTo: order, unread: all.filter((message) => message.state === null && message.order > order).length });
      },
      findContact: (text) => new Promise((resolve) => setTimeout(() => {
        const view = this.state.get().conversations.find(({ name }) => name.handle === text.trim());
        resolve(view === undefined ? { ok: false, failure: { code: "not_found", retryAfter: null } } : {
          ok: true, value: { primary: view.peer, handle: view.name.handle, fqhn: view.name.fqhn, conv: view.id, isSelf: view.isSelf, lookalike: text === "pau1" ? "paul" : null },
        });
      }, 200)),
      startConversation: (text) => {
        const view = this.state.get().conversations.find(({ name }) => name.handle === text.trim());
        if (view === undefined) return Promise.resolve({ ok: false, failure: { code: "not_found", retryAfter: null } });
        go(pathOf({ page: "messages", conv: view.id, message: null }));
        return Promise.resolve({ ok: true, value: view.id });
      },
      accept: (conv) => change(conv, { standing: "accepted" }),
      block: (conv) => change(conv, { standing: "blocked" }),
      unblock: (conv) => change(conv, { standing: "accepted" }),
      mute: (conv, until) => change(conv, { mutedUntil: until }),
      saveDraft: (conv, draft) => void change(conv, { draft }),
      typing: () => undefined,
      sendText: (conv, text, replyTo = null) => {
        const message = say(conv, this.me, Date.now(), { kind: "text", text, replyTo }, { state: "sending" });
        this.put(message);
        for (const [state, after] of [["sent", 300], ["delivered", 900], ["read", 1800]] as const) setTimeout(() => this.put({ ...message, state }), after);
        return Promise.resolve(done);
      },
      edit: (message, text) => {
        this.put({ ...message, shown: { kind: "text", text, replyTo: null }, edited: message.order });
        return Promise.resolve(done);
      },
      react: (message, emoji) => put({ ...message, reactions: { ...message.reactions, [this.me]: { emoji, order: message.order } } }),
      deleteForEveryone: (message) => put({ ...message, shown: { kind: "deleted" } }),
      deleteForMe: (message) => {
        this.talks.set(message.conv, (this.talks.get(message.conv) ?? []).filter(({ order }) => order !== message.order));
        return this.window((now) => ({ messages: now.messages.filter(({ order }) => order !== message.order) }), 0);
      },
      retry: (message) => put({ ...message, state: "sent", failure: null }),
      fileBlob: (key) => Promise.resolve(this.files.get(key) ?? null),
      search: (query, conv = null) => {
        if (query === "") return this.state.set({ search: { query: "", conv: null, isSearching: false, results: [], took: null } });
        const terms = termsOf(query);
        const within = conv === null ? [...this.talks.values()].flat() : (this.talks.get(conv) ?? []);
        const results = within.filter(({ shown }) => shown.kind === "text" && terms.every((term) => normalise(shown.text).includes(term)))
          .sort((a, b) => (a.order < b.order ? 1 : -1)).slice(0, 50);
        return this.state.set({ search: { query, conv, isSearching: false, results, took: 3 } });
      },
      setPreference: (name, value) => this.state.set({ preferences: { ...this.state.get().preferences, [name]: value } }),
      notify: (kind, key, params = {}, action = null) => this.state.set({ notices: [...this.state.get().notices, { id: ++this.nonce, kind, key, params, action }] }),
      dismissNotice: (id) => this.state.set({ notices: this.state.get().notices.filter((notice) => notice.id !== id) }),
    };
  }
}
