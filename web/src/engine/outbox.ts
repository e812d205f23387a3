/**
 * Which message goes out when. One lane per recipient: the next leaves when the one before was acknowledged, so that they
 * arrive in order, and a recipient whose inbox refuses holds up nobody else. Bytes, rows and sockets are the engine's.
 */
import type { KezError } from "../core/errors.js";
import { bounds } from "./bounds.js";

export interface Lane {
  readonly keys: string[];
  flying: boolean;
  attempts: number;
  /** Milliseconds since 1970 before which nothing is tried. */
  notBefore: number;
}

export type Verdict =
  /** Try again when the connection is back. */
  | { readonly kind: "wait" }
  /** Try again at this time. */
  | { readonly kind: "retry"; readonly at: number }
  /** Never as it is. */
  | { readonly kind: "fail"; readonly reason: string };

/** What a failed send means. Decided by the code, never by the text. */
export function judge(error: KezError, attempts: number, now: number, random: () => number): Verdict {
  if (WAITING.has(error.code)) return { kind: "wait" };
  // A full inbox (507) does not empty by itself in the time that a spinner is believed.
  if (!error.isRetriable && (error.status < 500 || error.status === 507)) return { kind: "fail", reason: error.code };
  const { base, cap } = bounds.retry;
  const pause = Math.max(random() * Math.min(cap, base * 2 ** Math.min(attempts, 16)), (error.retryAfter ?? 0) * 1000);
  return { kind: "retry", at: now + Math.min(pause, 3_600_000) };
}

/** The connection's trouble, not the message's: it passes when the door opens again. */
const WAITING: ReadonlySet<string> = new Set(["offline", "closed", "login_refused"]);

export class Outbox<To extends string> {
  private readonly lanes = new Map<To, Lane>();
  private readonly held = new Set<To>();
  private open = false;

  /** @param key sorts after every key that was queued before */
  queue(to: To, key: string): void {
    const lane = this.lanes.get(to);
    if (lane === undefined) this.lanes.set(to, { keys: [key], flying: false, attempts: 0, notBefore: 0 });
    else lane.keys.push(key);
  }

  get size(): number {
    let size = 0;
    for (const lane of this.lanes.values()) size += lane.keys.length;
    return size;
  }

  opened(): void {
    this.open = true;
    for (const lane of this.lanes.values()) lane.notBefore = 0;
  }

  closed(): void {
    this.open = false;
  }

  /** Nothing goes to `to` until `release`. */
  hold(to: To): void { this.held.add(to); }
  release(to: To): void { this.held.delete(to); }

  /** What is to be sent now; each is under way from here on. */
  due(now: number): { readonly to: To; readonly key: string; readonly attempts: number }[] {
    if (!this.open) return [];
    const due: { to: To; key: string; attempts: number }[] = [];
    for (const [to, lane] of this.lanes) {
      const key = lane.keys[0];
      if (key === undefined || lane.flying || lane.notBefore > now || this.held.has(to)) continue;
      lane.flying = true;
      due.push({ to, key, attempts: lane.attempts });
    }
    return due;
  }

  /** When the next attempt is due; null when nothing waits for a time. */
  nextAt(now: number): number | null {
    let next: number | null = null;
    for (const [to, lane] of this.lanes) {
      if (!this.open || lane.flying || lane.keys.length === 0 || this.held.has(to) || lane.notBefore <= now) continue;
      next = next === null ? lane.notBefore : Math.min(next, lane.notBefore);
    }
    return next;
  }

  /** It is out of the storage: acknowledged, or failed for good. The next may go. */
  settled(to: To, key: string): void {
    const lane = this.lanes.get(to);
    if (lane === undefined || lane.keys[0] !== key) return;
    lane.keys.shift();
    lane.flying = false;
    lane.attempts = 0;
    if (lane.keys.length === 0) this.lanes.delete(to);
  }

  /** It stays the first of its lane. */
  again(to: To, verdict: Verdict): void {
    const lane = this.lanes.get(to);
    if (lane === undefined) return;
    lane.flying = false;
    lane.attempts += 1;
    lane.notBefore = verdict.kind === "retry" ? verdict.at : 0;
    if (verdict.kind === "wait") lane.attempts = 0;
  }

  /** Takes back what is not under way. */
  cancel(to: To, key: string): boolean {
    const lane = this.lanes.get(to);
    const index = lane?.keys.indexOf(key) ?? -1;
    if (lane === undefined || index < 0 || (index === 0 && lane.flying)) return false;
    lane.keys.splice(index, 1);
    if (lane.keys.length === 0) this.lanes.delete(to);
    return true;
  }
}
