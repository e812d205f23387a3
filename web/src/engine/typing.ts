/** Who is writing: told at most every three seconds, forgotten after six, and only between those who accepted each other. */
import type { Primary } from "../core/identity/primary.js";
import type { JsonValue } from "../core/json/value.js";
import type { Door } from "../net/door.js";
import { bounds } from "./bounds.js";
import type { Conversation, ConvId } from "./model.js";
import type { Steps } from "./steps.js";
import type { Timers } from "./timers.js";

export class Typing {
  private readonly steps: Steps;
  private readonly door: Door;
  private readonly timers: Timers;
  private readonly heard = new Map<Primary, () => void>();
  private readonly toldAt = new Map<ConvId, number>();

  constructor(steps: Steps, door: Door, timers: Timers) {
    this.steps = steps;
    this.door = door;
    this.timers = timers;
    steps.hooks.push(() => this.follow());
  }

  start(): void { this.follow(); }

  stop(): void {
    for (const stop of this.heard.values()) stop();
    this.heard.clear();
  }

  /** The person writes, or has stopped. */
  write(conversation: Conversation, active: boolean): void {
    const { id, peer, standing } = conversation;
    if (standing !== "accepted" || !this.steps.memory.settings.typing || !this.door.offers.has("signals")) return;
    const now = this.steps.clock.now();
    const told = this.toldAt.get(id);
    if (active ? told !== undefined && now - told < bounds.typingPause && now >= told : told === undefined) return;
    if (active) this.toldAt.set(id, now);
    else this.toldAt.delete(id);
    this.door.signal(peer, { kez: "kez-typing-v1", active }).catch(() => undefined);
  }

  /** Hears the contacts written with last, and nobody else: a stranger learns nothing. */
  private follow(): void {
    const wanted = new Set<Primary>();
    if (this.steps.memory.settings.typing && this.door.offers.has("signals")) {
      const accepted = [...this.steps.memory.conversations.values()]
        .filter(({ standing, peer }) => standing === "accepted" && peer !== this.steps.memory.me)
        .sort((a, b) => ((a.last?.order ?? "") < (b.last?.order ?? "") ? 1 : -1));
      for (const { peer } of accepted) if (wanted.size < bounds.signals) wanted.add(peer);
    }
    for (const [peer, stop] of this.heard) {
      if (wanted.has(peer)) continue;
      stop();
      this.heard.delete(peer);
    }
    for (const peer of wanted) {
      if (!this.heard.has(peer)) this.heard.set(peer, this.door.signals(peer, (payload) => this.hear(peer, payload)));
    }
  }

  private hear(peer: Primary, payload: JsonValue): void {
    const active = payload.get("active")?.boolean ?? null;
    if (payload.get("kez")?.string !== "kez-typing-v1" || active === null) return;
    const conversation = [...this.steps.memory.conversations.values()]
      .find((other) => other.peer === peer && other.thread === null && other.standing === "accepted");
    if (conversation === undefined) return;
    const tell = (active: boolean): void => this.steps.tell({ kind: "typing", conv: conversation.id, from: peer, active });
    tell(active);
    const timer = `typing/${conversation.id}`;
    if (active) this.timers.in(timer, bounds.typingLasts, () => tell(false));
    else this.timers.cancel(timer);
  }
}
