/** What tabs say to each other, and the two ends of the line: the tab that leads, and those that follow. */
import type { Outcome } from "../actions";
import { failed } from "../failure";
import type { CallArguments, CallName, CallResult, HostEvent, Snapshot } from "../host/calls";
import type { Caller, Dispatcher } from "../host/dispatch";
import type { Unlocked } from "../host/unlocked";

/** The part of BroadcastChannel that is used. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  close(): void;
}

/** Raised when what is said changes: tabs of different versions do not understand each other, and one has to reload. */
export const LINE_VERSION = 1;

type Said =
  | { readonly kind: "hello"; readonly from: string }
  | { readonly kind: "call"; readonly from: string; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: "answer"; readonly to: string; readonly id: number; readonly outcome: Outcome<unknown> }
  /** A tab leads from now on, or has heard a hello. */
  | { readonly kind: "leading"; readonly to: string | null; readonly snapshot: Snapshot; readonly keys: Unlocked | null }
  | { readonly kind: "event"; readonly event: HostEvent; readonly keys?: Unlocked | null };

type Spoken = Said & { readonly version: number };

function isSpoken(data: unknown): data is Spoken {
  return typeof data === "object" && data !== null && "kind" in data && "version" in data;
}

/** The end of the tab that leads. */
export class LeadingLine {
  private readonly channel: Channel;
  private readonly dispatcher: Dispatcher;
  private readonly welcome: () => { readonly snapshot: Snapshot; readonly keys: Unlocked | null };
  private isHeard = false;

  constructor(
    channel: Channel, dispatcher: Dispatcher, welcome: () => { readonly snapshot: Snapshot; readonly keys: Unlocked | null },
  ) {
    this.channel = channel;
    this.dispatcher = dispatcher;
    this.welcome = welcome;
    channel.onmessage = ({ data }) => { if (isSpoken(data) && data.version === LINE_VERSION) void this.heard(data); };
  }

  /** To whoever followed the tab before. */
  announce(): void {
    this.say({ kind: "leading", to: null, ...this.welcome() });
  }

  event(event: HostEvent): void {
    if (!this.isHeard) return;
    // Who is signed in has changed, and with it the keys that the next one to lead would need.
    this.say(event.kind === "snapshot" ? { kind: "event", event, keys: this.welcome().keys } : { kind: "event", event });
  }

  private async heard(said: Said): Promise<void> {
    if (said.kind === "hello") {
      this.isHeard = true;
      return this.say({ kind: "leading", to: said.from, ...this.welcome() });
    }
    if (said.kind !== "call") return;
    this.isHeard = true;
    const outcome = await this.dispatcher.callNamed(said.name, said.args);
    this.say({ kind: "answer", to: said.from, id: said.id, outcome });
  }

  private say(said: Said): void {
    this.channel.postMessage({ ...said, version: LINE_VERSION } satisfies Spoken);
  }
}

export interface FollowingEvents {
  /** Another tab leads, and this is how things are. */
  readonly led: (snapshot: Snapshot) => void;
  readonly event: (event: HostEvent) => void;
  /** The tab that leads runs another version of the client. */
  readonly outdated: () => void;
}

/** Milliseconds for an answer, and for one that carries or makes files. */
const DEADLINE = 30_000;
const LONG_DEADLINE = 600_000;
const LONG: ReadonlySet<CallName> = new Set<CallName>(["sendFiles", "forward", "exportHistory", "importHistory"]);

/** The end of a tab that follows. */
export class FollowingLine implements Caller {
  /** What the next tab to lead takes over. */
  keys: Unlocked | null = null;
  private readonly channel: Channel;
  private readonly tab: string;
  private readonly events: FollowingEvents;
  private readonly pending = new Map<number, (outcome: Outcome<unknown>) => void>();
  private next = 0;

  constructor(channel: Channel, tab: string, events: FollowingEvents) {
    this.channel = channel;
    this.tab = tab;
    this.events = events;
    channel.onmessage = ({ data }) => {
      if (!isSpoken(data)) return;
      if (data.version === LINE_VERSION) this.heard(data);
      else events.outdated();
    };
    this.say({ kind: "hello", from: tab });
  }

  call<Name extends CallName>(name: Name, ...args: CallArguments<Name>): Promise<Outcome<CallResult<Name>>> {
    const id = this.next++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.settle(id, failed("leader_silent")), LONG.has(name) ? LONG_DEADLINE : DEADLINE);
      this.pending.set(id, (outcome) => {
        clearTimeout(timer);
        // Answered by the same client's method of that name.
        resolve(outcome as Outcome<CallResult<Name>>);
      });
      try {
        this.say({ kind: "call", from: this.tab, id, name, args });
      } catch (error) {
        console.error(error);
        this.settle(id, failed("internal"));
      }
    });
  }

  /** The tab that led is gone: whether it did what it was asked for last, nobody knows. */
  abandon(): void {
    this.channel.onmessage = null;
    for (const id of [...this.pending.keys()]) this.settle(id, failed("leader_gone"));
  }

  private heard(said: Said): void {
    switch (said.kind) {
      case "leading":
        if (said.to !== null && said.to !== this.tab) return;
        if (said.to === null) for (const id of [...this.pending.keys()]) this.settle(id, failed("leader_gone"));
        this.keys = said.keys;
        return this.events.led(said.snapshot);
      case "event":
        if (said.keys !== undefined) this.keys = said.keys;
        return this.events.event(said.event);
      case "answer":
        if (said.to === this.tab) this.settle(said.id, said.outcome);
        return;
      case "hello": case "call":
        return;
    }
  }

  private settle(id: number, outcome: Outcome<unknown>): void {
    const resolve = this.pending.get(id);
    this.pending.delete(id);
    resolve?.(outcome);
  }

  private say(said: Said): void {
    this.channel.postMessage({ ...said, version: LINE_VERSION } satisfies Spoken);
  }
}
