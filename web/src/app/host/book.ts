/** The conversations as they are listed: what the engine keeps, with names, trust, drafts and who is there right now. */
import type { Primary } from "../../core/identity/primary";
import type { Clock } from "../../engine/clock";
import type { Conversation, ConvId } from "../../engine/model";
import { Timers } from "../../engine/timers";
import type { ConversationView } from "../state";
import { readAlarm } from "./alarms";
import { Lookalikes, nameOf } from "./names";
import type { Pins } from "./pins";

export interface BookParts {
  readonly me: Primary;
  readonly pins: Pins;
  readonly clock: Clock;
  /** Newest first, as the engine holds them. */
  readonly conversations: () => readonly Conversation[];
  readonly conversation: (conv: ConvId) => Conversation | undefined;
  /** Whether to tell who was active when. */
  readonly showsActivity: () => boolean;
  readonly changed: (view: ConversationView) => void;
}

/** Milliseconds after a sign of life for which somebody is taken to be there. */
const ONLINE = 90_000;

export class Book {
  private readonly parts: BookParts;
  private readonly drafts = new Map<ConvId, string>();
  private readonly typing = new Set<ConvId>();
  private readonly active = new Map<Primary, number>();
  private readonly lookalikes = new Lookalikes();
  private readonly timers: Timers;

  constructor(parts: BookParts, drafts: Iterable<readonly [ConvId, string]>) {
    this.parts = parts;
    this.timers = new Timers(parts.clock);
    for (const [conv, text] of drafts) this.drafts.set(conv, text);
    for (const conversation of parts.conversations()) this.noteName(conversation);
  }

  stop(): void {
    this.timers.clear();
  }

  all(): ConversationView[] {
    return this.parts.conversations().map((conversation) => this.viewOf(conversation));
  }

  view(conv: ConvId): ConversationView | null {
    const conversation = this.parts.conversation(conv);
    return conversation === undefined ? null : this.viewOf(conversation);
  }

  /** The engine has changed it. */
  conversationIs(conversation: Conversation): void {
    this.noteName(conversation);
    this.parts.changed(this.viewOf(conversation));
  }

  removed(conv: ConvId): void {
    this.drafts.delete(conv);
    this.typing.delete(conv);
  }

  /** Names, marks or preferences have changed. */
  peerIs(peer: Primary): void {
    for (const conversation of this.parts.conversations()) if (conversation.peer === peer) this.conversationIs(conversation);
  }

  everythingIs(): void {
    for (const conversation of this.parts.conversations()) this.conversationIs(conversation);
  }

  draftIs(conv: ConvId, text: string): void {
    if ((this.drafts.get(conv) ?? "") === text) return;
    if (text === "") this.drafts.delete(conv);
    else this.drafts.set(conv, text);
    this.tell(conv);
  }

  typingIs(conv: ConvId, from: Primary, isActive: boolean): void {
    if (isActive) this.wasActive(from);
    if (isActive === this.typing.has(conv)) return;
    if (isActive) this.typing.add(conv);
    else this.typing.delete(conv);
    this.tell(conv);
  }

  /** @param at milliseconds since 1970 of the sign of life; an old one says nothing about now */
  wasActive(peer: Primary, at: number = this.parts.clock.now()): void {
    const before = this.active.get(peer) ?? 0;
    if (at <= before) return;
    this.active.set(peer, at);
    const left = at + ONLINE - this.parts.clock.now();
    if (left <= 0) return;
    this.timers.in(`online/${peer}`, left, () => this.peerIs(peer));
    if (before + ONLINE < at) this.peerIs(peer);
  }

  name(peer: Primary, petname: string | null = null): ReturnType<typeof nameOf> {
    return nameOf(this.parts.pins.of(peer), petname, this.parts.me);
  }

  lookalikeOf(peer: Primary, name: string): string | null {
    return this.lookalikes.of(peer, name);
  }

  private tell(conv: ConvId): void {
    const view = this.view(conv);
    if (view !== null) this.parts.changed(view);
  }

  /** Whom one has accepted is known; a stranger's name is only held against those. */
  private noteName({ peer, petname, standing }: Conversation): void {
    const name = this.name(peer, petname);
    this.lookalikes.set(peer, standing === "accepted" && name.kind !== "key" ? name.text : null);
  }

  private viewOf(conversation: Conversation): ConversationView {
    const { id, peer, thread, standing, petname, mutedUntil, unread, readUpTo, last, passedOver } = conversation;
    const name = this.name(peer, petname);
    const lastActive = this.parts.showsActivity() && standing === "accepted" ? (this.active.get(peer) ?? null) : null;
    const { verifiedAt } = this.parts.pins.of(peer);
    const isDoubtful = name.kind !== "key" && name.kind !== "self" && verifiedAt === null && standing === "request";
    return {
      id, peer, name, standing, mutedUntil, unread, readUpTo, last, passedOver, isSelf: peer === this.parts.me,
      isThread: thread !== null, draft: this.drafts.get(id) ?? "", isTyping: this.typing.has(id), lastActive,
      isOnline: this.parts.showsActivity() && lastActive !== null ? lastActive + ONLINE > this.parts.clock.now() : null,
      trust: { ...readAlarm(conversation.alarm), verifiedAt, lookalike: isDoubtful ? this.lookalikes.of(peer, name.text) : null },
    };
  }
}
