/** One tab of the client: its state, made of what the leading tab tells and of what only this one shows. */
import type { ConvId } from "../../engine/model";
import { failed } from "../failure";
import { Dispatcher, type Caller } from "../host/dispatch";
import { transferView } from "../host/files";
import { type Host, type HostParts, NOTHING_SHARED } from "../host/host";
import type { HostEvent, Shared, Snapshot } from "../host/calls";
import { engineCalls, sessionCalls } from "../host/session-calls";
import type { Route } from "../route";
import type { AppState, ConversationView, Preferences } from "../state";
import { StateStore } from "../state-store";
import { livingTabs, type Locks, showLife, standForLeader } from "../tabs/leadership";
import { type Channel, FollowingLine, LeadingLine } from "../tabs/line";
import { Finder, NO_SEARCH } from "./finder";
import { Conversations } from "./conversations";
import { NoticeBoard } from "./notice-board";
import { type KeptText, loadOpenPreferences, onOpenPreferences } from "./open-preferences";
import { OpenWindow } from "./open-window";
import { Reading } from "./reading";
import { Router, type RouterPage } from "./router";
import { TransferList } from "./transfer-list";

export interface TabParts {
  /** Random. */
  readonly tab: string;
  readonly origin: string;
  readonly page: RouterPage;
  readonly locks: Locks;
  readonly openChannel: () => Channel;
  readonly makeHost: (parts: Pick<HostParts, "emit" | "livingTabs" | "handed">) => Host;
  readonly storage: KeptText | null;
  readonly permission: () => Preferences["permission"];
  readonly playSound: () => void;
}

export class Tab {
  readonly store: StateStore<AppState>;
  readonly notices: NoticeBoard;
  readonly finder: Finder;
  readonly transfers: TransferList;
  readonly reading: Reading;
  readonly router: Router;
  readonly parts: TabParts;
  open: OpenWindow | null = null;
  private shared: Shared = NOTHING_SHARED;
  private readonly conversations: Conversations;
  private caller: Caller = { call: async () => failed("starting") };
  private host: Host | null = null;
  /** Tells the tabs that follow this one. */
  private tell: (event: HostEvent) => void = () => undefined;

  constructor(parts: TabParts) {
    this.parts = parts;
    this.router = new Router(parts.page, () => this.routeIs());
    this.store = new StateStore<AppState>(this.initial());
    this.notices = new NoticeBoard((notices) => this.store.set({ notices }));
    this.finder = new Finder((query, conv, limit) => this.call("search", query, conv, limit), (search) => this.store.set({ search }));
    this.transfers = new TransferList(
      async (keys) => { const answer = await this.call("transfers", keys); return answer.ok ? answer.value : []; },
      (transfers) => this.store.set({ transfers }));
    this.conversations = new Conversations((conversations, counts) => {
      this.store.set({ conversations, counts });
      this.open?.viewIs();
    });
    this.reading = new Reading(
      (conv, order) => { void this.call("markRead", conv, order); }, (conv) => this.view(conv)?.readUpTo ?? "");
    if (parts.storage !== null) onOpenPreferences(parts.page, () => this.preferencesAre());
  }

  /** Takes part: leads, or follows the tab that does. */
  start(): void {
    const { locks, tab } = this.parts;
    showLife(locks, tab);
    const channel = this.parts.openChannel();
    let following: FollowingLine | null = null;
    void standForLeader(locks, {
      follow: () => {
        following = new FollowingLine(channel, tab, {
          led: (snapshot) => this.ledBy(following, snapshot),
          event: (event) => this.heard(event),
          outdated: () => this.shareIs({ phase: { kind: "failed", reason: "closed_by_other_tab" } }),
        });
      },
      lead: () => {
        following?.abandon();
        this.lead(channel, following?.keys ?? null);
      },
    });
  }

  readonly call: Caller["call"] = (name, ...args) => this.caller.call(name, ...args);

  view(conv: ConvId): ConversationView | null {
    return this.conversations.get(conv);
  }

  /** Of the tab that leads: which one is to make a sound. */
  sound(tab: string): void {
    const event: HostEvent = { kind: "sound", tab };
    this.heard(event);
    this.tell(event);
  }

  /** The network came or went, as the device says. */
  networkChanged(): void {
    this.host?.networkChanged();
  }

  preferencesAre(): void {
    this.store.set({ preferences: this.preferences() });
  }

  /** Shows what the address says. */
  routeIs(): void {
    const { route } = this.router;
    this.store.set({ route });
    if (this.shared.phase.kind !== "ready") return;
    if (route.page === "messages" && route.conv !== null) {
      if (this.open?.conv !== route.conv) this.openWindow(route.conv, route);
      else if (route.message !== null) void this.open.showMessage(route.message);
    } else if (route.page === "messages") this.closeWindow();
  }

  private openWindow(conv: ConvId, { message }: Extract<Route, { page: "messages" }>): void {
    this.closeWindow();
    // Removed here, or of another identity.
    if (this.view(conv) === null) return this.router.go({ page: "messages", conv: null, message: null }, "replace");
    const open = new OpenWindow({
      caller: () => this.caller, failed: (failure) => this.notices.failure(failure), view: (of) => this.view(of), files: (messages) => void this.transfers.inView(messages),
      changed: (state) => { if (this.open === open) this.store.set({ open: state }); },
    }, conv);
    this.open = open;
    void open.start(message);
    void this.call("check", conv);
  }

  private closeWindow(): void {
    this.open?.close();
    this.open = null;
    this.store.set({ open: null });
  }

  private lead(channel: Channel, handed: HostParts["handed"]): void {
    const { locks, origin } = this.parts;
    const host = this.parts.makeHost({
      handed, livingTabs: (tabs) => livingTabs(locks, tabs), emit: (event) => { this.heard(event); this.tell(event); },
    });
    const session = () => host.requireSession();
    const dispatcher = new Dispatcher({ ...host.calls, ...sessionCalls(session, origin), ...engineCalls(session) });
    const line = new LeadingLine(channel, dispatcher, () => ({ snapshot: host.snapshot, keys: host.handedKeys }));
    this.tell = (event) => line.event(event);
    this.host = host;
    this.caller = dispatcher;
    this.store.set({ role: "leader" });
    void host.start().then(() => line.announce());
  }

  private ledBy(line: FollowingLine | null, snapshot: Snapshot): void {
    if (line !== null) this.caller = line;
    this.store.set({ role: "follower" });
    this.snapshotIs(snapshot);
  }

  private heard(event: HostEvent): void {
    switch (event.kind) {
      case "shared": return this.shareIs(event.patch);
      case "snapshot": return this.snapshotIs(event.snapshot);
      case "view": return this.conversations.put(event.view);
      case "view-removed":
        this.conversations.remove(event.conv);
        if (this.open?.conv === event.conv) this.router.go({ page: "messages", conv: null, message: null }, "replace");
        return;
      case "message":
        if (this.open?.conv === event.message.conv) {
          this.open.messageIs(event.message);
          void this.transfers.inView([event.message]);
        }
        return this.finder.messageIs(event.message);
      case "message-removed":
        if (this.open?.conv === event.conv) this.open.messageRemoved(event.order);
        return this.finder.messageRemoved(event.conv, event.order);
      case "transfer": return this.transfers.is(event.key, transferView(event.progress));
      case "sound":
        if (event.tab === this.parts.tab) this.parts.playSound();
        return;
      case "notice": return this.notices.add(event.level, event.key, event.params, event.action);
    }
  }

  private snapshotIs({ shared, conversations }: Snapshot): void {
    const was = this.shared;
    this.conversations.replace(conversations);
    this.shareIs(shared);
    if (shared.phase.kind !== "ready") {
      if (was.phase.kind !== "ready") return;
      if (shared.phase.kind === "welcome" && this.host === null) this.notices.add("info", "signed_out");
      this.closeWindow();
      this.finder.clear();
      this.transfers.clear();
      // Another's conversations have no addresses of mine.
      this.router.go({ page: "messages", conv: null, message: null }, "replace");
    } else if (was.me?.primary === shared.me?.primary && this.open !== null) void this.open.reload();
    else this.routeIs();
  }

  private shareIs(patch: Partial<Shared>): void {
    this.shared = { ...this.shared, ...patch };
    const { phase, me, server, connection, isCatchingUp, clockOff, storage, isRecoveryOwed } = this.shared;
    const { reminders } = this.store.get();
    this.store.set({
      phase, me, server, connection, isCatchingUp, clockOff, storage, preferences: this.preferences(),
      reminders: reminders.recovery === isRecoveryOwed ? reminders : { ...reminders, recovery: isRecoveryOwed },
    });
  }

  /** The same object until one of them changes. */
  private preferences(): Preferences {
    const next: Preferences = { ...this.shared.choices, ...loadOpenPreferences(this.parts.storage), permission: this.parts.permission() };
    const { preferences } = this.store.get();
    const names = Object.keys(next) as (keyof Preferences)[];
    return names.every((name) => next[name] === preferences[name]) ? preferences : next;
  }

  private initial(): AppState {
    const { choices, isRecoveryOwed: recovery, ...shared } = NOTHING_SHARED;
    return {
      ...shared, route: this.router.route, role: "follower", conversations: [], open: null, search: NO_SEARCH,
      transfers: new Map(), notices: [], counts: { unread: 0, requests: 0 },
      preferences: { ...choices, ...loadOpenPreferences(this.parts.storage), permission: this.parts.permission() },
      reminders: { recovery, update: false, install: false },
    };
  }
}
