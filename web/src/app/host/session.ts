/** An unlocked identity at work: its engine, its door, what is known of its contacts. One tab runs it at a time. */
import type { Primary } from "../../core/identity/primary";
import { KezError } from "../../core/errors";
import { millisecondsOf, parseTimestamp } from "../../core/timestamp";
import type { Clock } from "../../engine/clock";
import { CoreCodec } from "../../engine/core-codec";
import { Engine } from "../../engine/engine";
import type { EngineEvent } from "../../engine/events";
import type { Conversation, ConvId, Message } from "../../engine/model";
import type { Door } from "../../net/door";
import type { Account } from "../../net/login";
import type { Rows } from "../../store/rows";
import { SealedRows } from "../../store/sealed";
import { readAlarm } from "./alarms";
import { Book } from "./book";
import type { HostEvent, Shared } from "./calls";
import { type Choices, loadChoices, saveChoices } from "./choices";
import { connectionOf, type Suspension, suspensionFrom } from "./connection";
import { Pins } from "./pins";
import { type Profile, profileOf, saveProfile, serverView } from "./profile";
import { SignsOfLife } from "./signs-of-life";
import { Trust } from "./trust";
import type { Unlocked } from "./unlocked";

export interface SessionParts {
  readonly rows: Rows;
  readonly unlocked: Unlocked;
  readonly profile: Profile;
  readonly openDoor: (account: Account, natsUrl: string) => Door;
  readonly origin: string;
  readonly clock: Clock;
  readonly isOnline: () => boolean;
  readonly emit: (event: HostEvent) => void;
  /** A message has come that nobody has seen. */
  readonly arrived: (message: Message) => void;
  /** Nothing of the conversation is unread. Told in order with `arrived`. */
  readonly allRead: (conv: ConvId) => void;
  readonly share: (patch: Partial<Shared>) => void;
}

/** Milliseconds by which a clock may be off before anybody is told. */
const CLOCK_TOLERANCE = 60_000;

export class Session {
  readonly rows: SealedRows;
  readonly engine: Engine;
  readonly door: Door;
  readonly pins: Pins;
  readonly trust: Trust;
  readonly book: Book;
  /** Changes with the passphrase. */
  unlocked: Unlocked;
  profile: Profile;
  choices: Choices;
  private readonly parts: SessionParts;
  private readonly codec: CoreCodec;
  private readonly signs: SignsOfLife;
  private suspension: Suspension | null = null;
  private isAsking = false;
  private isStopped = false;

  private constructor(
    parts: SessionParts, rows: SealedRows, codec: CoreCodec, engine: Engine, door: Door, pins: Pins, choices: Choices,
    drafts: Awaited<ReturnType<Engine["library"]["drafts"]>>,
  ) {
    const { unlocked, profile, clock } = parts;
    this.parts = parts;
    this.rows = rows;
    this.codec = codec;
    this.engine = engine;
    this.door = door;
    this.pins = pins;
    this.choices = choices;
    this.unlocked = unlocked;
    this.profile = profile;
    const { library } = engine;
    this.book = new Book({
      me: engine.me, pins, clock, showsActivity: () => this.choices.online,
      conversations: () => library.conversations(), conversation: (conv) => library.conversation(conv),
      changed: (view) => parts.emit({ kind: "view", view }),
    }, drafts);
    this.signs = new SignsOfLife(this.book, (conv) => library.conversation(conv)?.peer ?? null);
    const withPeer = (peer: Primary) => library.conversations().find((conversation) => conversation.peer === peer);
    this.trust = new Trust({
      pins, door, now: () => clock.now(), changed: (peer) => this.book.peerIs(peer),
      alarmOf: (peer) => withPeer(peer)?.alarm ?? null,
      setAlarm: async (peer, alarm) => {
        const conversation = withPeer(peer);
        if (conversation === undefined || conversation.alarm === alarm) return;
        await engine.commands.setAlarm(conversation.id, alarm);
        if (readAlarm(alarm).alarm !== null) this.warn(conversation);
      },
    });
  }

  /** Reads what a first paint needs; nothing is sent or fetched before `start`, but the door begins to connect. */
  static async open(parts: SessionParts): Promise<Session> {
    const { unlocked, profile, clock } = parts;
    const { identity, keys } = unlocked;
    const rows = new SealedRows(parts.rows, keys);
    const codec = new CoreCodec(identity);
    codec.envelopeBytes = profile.envelopeBytes;
    const door = parts.openDoor({ identity, handle: profile.handle, server: profile.server }, profile.natsUrl);
    try {
      const engine = await Engine.open({ rows, keys, codec, door, clock });
      const [pins, choices, drafts] = await Promise.all([
        Pins.open(rows), loadChoices(rows, engine.library.settings), engine.library.drafts(),
      ]);
      return new Session(parts, rows, codec, engine, door, pins, choices, drafts);
    } catch (error) {
      await door.close();
      throw error;
    }
  }

  async start(): Promise<void> {
    this.engine.listen((event) => this.heard(event));
    this.door.onState(() => this.doorIs());
    await this.engine.start();
    this.doorIs();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.trust.stop();
    this.book.stop();
    await this.engine.stop();
    await this.door.close();
    await this.trust.idle();
  }

  /** What is said of the connection right now. */
  get connection(): Shared["connection"] {
    return connectionOf(this.door.state, this.door.kind, this.parts.isOnline(), this.suspension);
  }

  /** The page was looked at again, the network came back, somebody is impatient. */
  look(): void {
    this.door.retryNow();
    this.engine.look();
    this.parts.share({ storage: null, connection: this.connection });
    if (this.suspension !== null) void this.ask();
  }

  async choose(choices: Partial<Choices>): Promise<void> {
    const next = { ...this.choices, ...choices };
    const { typing, receipts } = next;
    const isShared = typing !== this.choices.typing || receipts !== this.choices.receipts;
    const showed = this.choices.online;
    this.choices = next;
    if (showed !== next.online) this.book.everythingIs();
    await saveChoices(this.rows, next);
    if (isShared) await this.engine.commands.changeSettings({ typing, receipts });
    // Only now: a switch that shows what a reload takes back would be a broken promise.
    this.parts.share({ choices: this.choices });
  }

  /** Wherever one is: nothing goes to this contact before somebody has looked. */
  private warn({ id, peer, petname }: Conversation): void {
    const { text: name } = this.book.name(peer, petname);
    this.parts.emit({
      kind: "notice", level: "error", key: "contact_alarm", params: { name }, action: { kind: "open", conv: id, message: null },
    });
  }

  private doorIs(): void {
    if (this.isStopped) return;
    this.parts.share({ connection: this.connection });
    if (this.door.state.kind !== "open") return;
    this.trust.opened();
    void this.ask();
  }

  /** What the server is like today, and how one stands with it. */
  private async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      const [config, status] = await Promise.all([this.door.config(), this.door.account()]);
      if (this.isStopped) return;
      this.suspension = suspensionFrom(status);
      const time = parseTimestamp(config.server_time);
      const off = time === null ? 0 : millisecondsOf(time) - this.parts.clock.now();
      const profile = profileOf(this.profile.handle, config);
      this.codec.envelopeBytes = profile.envelopeBytes;
      this.parts.share({
        connection: this.connection, clockOff: Math.abs(off) > CLOCK_TOLERANCE ? off : null,
        server: serverView(profile, this.parts.origin),
      });
      if (JSON.stringify(profile) !== JSON.stringify(this.profile)) await saveProfile(this.rows, profile);
      this.profile = profile;
    } catch (error) {
      // Nothing new is known then; the next opening asks again.
      if (!(error instanceof KezError)) console.error(error);
    } finally {
      this.isAsking = false;
    }
  }

  private heard(event: EngineEvent): void {
    switch (event.kind) {
      case "conversation": {
        const { conversation } = event;
        if (conversation.unread === 0) this.parts.allRead(conversation.id);
        if (this.pins.of(conversation.peer).checkedAt === 0 && conversation.standing !== "blocked") this.trust.look(conversation.peer);
        return this.book.conversationIs(conversation);
      }
      case "conversation-removed":
        this.book.removed(event.conv);
        return this.parts.emit({ kind: "view-removed", conv: event.conv });
      case "message":
        this.signs.message(event.message);
        this.parts.emit(event);
        if (event.message.failure === "suspended") void this.ask();
        if (event.fresh) this.parts.arrived(event.message);
        return;
      case "message-removed": case "transfer":
        return this.parts.emit(event);
      case "typing":
        return this.book.typingIs(event.conv, event.from, event.active);
      case "settings":
        this.choices = { ...this.choices, ...event.settings };
        return this.parts.share({ choices: this.choices });
      case "truncated":
        return this.parts.emit({ kind: "notice", level: "warning", key: "messages_lost", params: {}, action: null });
      case "listing":
        return this.parts.share({ isCatchingUp: event.active });
      case "storage-trouble":
        return this.parts.share({ storage: { code: event.code } });
      case "counted":
        return;
    }
  }
}
