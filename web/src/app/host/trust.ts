/**
 * Whether contacts are who they were. Looks up the handle of a key and the key of a handle, follows sigchains, and raises the
 * alarm that keeps the engine from sending until somebody has looked.
 *
 * A contact is checked when one begins to write to it, when its first message comes, and when its conversation is opened and
 * the last check is a while ago. No timer checks anybody.
 */
import { KezError } from "../../core/errors";
import type { Primary } from "../../core/identity/primary";
import type { Alarm } from "../../core/sigchain/continuity";
import type { Door, User } from "../../net/door";
import { StorageError } from "../../store/rows";
import type { AlarmView } from "../state";
import { HELD, writeAlarm } from "./alarms";
import type { Pin, Pins } from "./pins";

export interface TrustParts {
  readonly pins: Pins;
  readonly door: Pick<Door, "lookup" | "byPrimary" | "sigchain" | "state">;
  readonly now: () => number;
  /** Names or marks of a contact have changed. */
  readonly changed: (peer: Primary) => void;
  /** For all conversations with the contact; null: nothing is wrong. */
  readonly setAlarm: (peer: Primary, alarm: string | null) => Promise<void>;
  readonly alarmOf: (peer: Primary) => string | null;
}

/** Milliseconds for which a check holds. */
const FRESH = 10 * 60_000;
/** Checks that run at once, and that wait; beyond, the oldest that waits is dropped: opening the conversation checks again. */
const AT_ONCE = 3;
const WAITING = 200;

export class Trust {
  private readonly parts: TrustParts;
  private readonly waiting = new Set<Primary>();
  private readonly running = new Map<Primary, Promise<void>>();
  private isStopped = false;

  constructor(parts: TrustParts) {
    this.parts = parts;
  }

  /** Begins nothing more. */
  stop(): void {
    this.isStopped = true;
    this.waiting.clear();
  }

  /** Resolves when nothing is under way: quickly, once the door is closed. */
  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  /** The door is open: what could not be checked meanwhile is. */
  opened(): void {
    this.pump();
  }

  /** Checks soon, unless that was done lately. */
  look(peer: Primary): void {
    if (this.isFresh(peer)) return;
    this.waiting.add(peer);
    for (const oldest of this.waiting) {
      if (this.waiting.size <= WAITING) break;
      this.waiting.delete(oldest);
    }
    this.pump();
  }

  /** Something was seen that does not fit: checks whatever was found lately. */
  async suspect(peer: Primary): Promise<void> {
    await this.parts.pins.change(peer, { checkedAt: 0 });
    this.look(peer);
  }

  /** What the server shows now is what is trusted from here on. */
  async acknowledge(peer: Primary, alarm: AlarmView | null): Promise<void> {
    const { pins, door } = this.parts;
    if (alarm?.kind === "other_key") {
      if (alarm.handle !== null && alarm.shown !== null) await pins.putKey(alarm.handle, alarm.shown);
      await pins.change(peer, { handle: null, fqhn: null, checkedAt: 0, verifiedAt: null });
    } else if (alarm !== null) {
      const { emptyChain, extendChain, markOf } = await import("./rare");
      const shown = await found(door.sigchain(peer));
      const chain = await extendChain(emptyChain(peer), shown?.links ?? []).catch(() => null);
      await pins.change(peer, {
        mark: chain === null ? null : markOf(chain), acceptedHead: chain === null ? (shown?.head ?? null) : null, verifiedAt: null,
      });
    }
    await this.parts.setAlarm(peer, null);
    this.parts.changed(peer);
  }

  private isFresh(peer: Primary): boolean {
    const age = this.parts.now() - this.parts.pins.of(peer).checkedAt;
    // A check in the future was made by a clock that has been set since.
    return age >= 0 && age < FRESH;
  }

  private pump(): void {
    if (this.isStopped || this.parts.door.state.kind !== "open") return;
    for (const peer of this.waiting) {
      if (this.running.size >= AT_ONCE) return;
      if (this.running.has(peer)) continue;
      this.waiting.delete(peer);
      // Asked for again while it was being checked.
      if (this.isFresh(peer)) continue;
      const run = this.check(peer)
        // Without an answer nothing is known anew; the next look asks again.
        .catch((error: unknown) => { if (!this.isStopped && !(error instanceof KezError || error instanceof StorageError)) console.error(error); })
        .then(() => { this.running.delete(peer); this.pump(); });
      this.running.set(peer, run);
    }
  }

  /** @throws KezError when the server does not answer */
  async check(peer: Primary): Promise<void> {
    const { pins } = this.parts;
    const user = await this.userOf(peer, pins.of(peer));
    // Whatever is written from here on would be another's, or nobody's.
    if (user === "alarmed" || this.isStopped) return;
    if (user !== null && pins.keyOf(user.handle) === null) await pins.putKey(user.handle, peer);
    await pins.change(peer, { handle: user?.handle ?? null, fqhn: user?.fqhn ?? null });
    this.parts.changed(peer);
    await this.checkChain(peer, user);
    if (!this.isStopped) await pins.change(peer, { checkedAt: this.parts.now() });
  }

  private async userOf(peer: Primary, pin: Pin): Promise<User | null | "alarmed"> {
    const { door } = this.parts;
    if (pin.handle !== null) {
      // By the handle: who holds it now is what matters.
      const user = await found(door.lookup(pin.handle));
      if (user?.primary === peer) return user;
      if (user !== null) {
        await this.raise(peer, { alarm: "other_key", pinned: peer, shown: user.primary }, pin.handle);
        return "alarmed";
      }
    }
    const user = await found(door.byPrimary(peer));
    if (user === null || user.primary !== peer) return null;
    const pinned = this.parts.pins.keyOf(user.handle);
    // Known under another key, which somebody may still write to: that one's conversation gets the alarm.
    if (pinned !== null && pinned !== peer) await this.raise(pinned, { alarm: "other_key", pinned, shown: peer }, user.handle);
    return user;
  }

  private async checkChain(peer: Primary, user: User | null): Promise<void> {
    const { pins, door } = this.parts;
    const { mark, acceptedHead } = pins.of(peer);
    const said = user?.sigchain ?? null;
    // Nothing to follow, or just what is known already.
    if (said === null && mark === null) return;
    if (said !== null && said.length === (mark?.length ?? 0) && said.head === (mark?.head ?? null)) return this.unhold(peer);
    if (said !== null && acceptedHead !== null && said.head === acceptedHead) return;
    const { judgeChain } = await import("./rare");
    const { links } = await door.sigchain(peer);
    const verdict = await judgeChain(peer, links, mark);
    if (this.isStopped) return;
    if (verdict.verdict === "alarm") return this.raise(peer, verdict.alarm, user?.handle ?? null);
    if (verdict.verdict === "held") {
      // An alarm that nobody has looked at says more.
      if (this.parts.alarmOf(peer) === null) await this.parts.setAlarm(peer, HELD);
      return;
    }
    await pins.change(peer, { mark: verdict.mark, acceptedHead: null });
    await this.unhold(peer);
  }

  private async unhold(peer: Primary): Promise<void> {
    if (this.parts.alarmOf(peer) === HELD) await this.parts.setAlarm(peer, null);
  }

  private async raise(peer: Primary, alarm: Alarm, handle: string | null): Promise<void> {
    await this.parts.setAlarm(peer, writeAlarm(alarm, handle));
    this.parts.changed(peer);
  }
}

/** null: there is no such user, or chain. */
async function found<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof KezError && error.code === "not_found") return null;
    throw error;
  }
}
