/** Blocks: in force here at once, told to the server when there is a door that can; taken over from one's other browsers. */
import type { Primary } from "../core/identity/primary.js";
import type { Door } from "../net/door.js";
import { change } from "./conversations.js";
import type { Steps } from "./steps.js";
import type { Unit } from "./unit.js";

/** The row `blocks` of `meta`: what the server has not been told. */
interface Untold {
  readonly add: readonly Primary[];
  readonly remove: readonly Primary[];
}

const NOTHING: Untold = { add: [], remove: [] };

export class Blocking {
  private readonly steps: Steps;
  private readonly door: Door;
  private readonly unblocked: () => void;
  private running = false;

  /** @param unblocked called when the server has been told to give somebody's messages again: what it left out is to be listed */
  constructor(steps: Steps, door: Door, unblocked: () => void) {
    this.steps = steps;
    this.door = door;
    this.unblocked = unblocked;
  }

  async set(unit: Unit, peer: Primary, blocked: boolean): Promise<void> {
    for (const { id } of unit.conversationsWith(peer)) change(unit, id, { standing: blocked ? "blocked" : "accepted" });
    const all = new Set(unit.memory.blocked);
    if (blocked) all.add(peer);
    else all.delete(peer);
    remember(unit, all);
    const untold = (await unit.work.get<Untold>("meta", "blocks")) ?? NOTHING;
    const without = (list: readonly Primary[]): Primary[] => list.filter((other) => other !== peer);
    unit.work.put("meta", "blocks", blocked
      ? { add: [...without(untold.add), peer], remove: without(untold.remove) }
      : { add: without(untold.add), remove: [...without(untold.remove), peer] });
    unit.after.push(() => void this.tell());
  }

  /** When the door opens, and after a change. What fails waits for the next time. */
  async tell(): Promise<void> {
    if (this.running || !this.door.offers.has("settings") || this.door.state.kind !== "open") return;
    this.running = true;
    try {
      const untold = (await this.steps.rows.get<Untold>("meta", "blocks")) ?? NOTHING;
      let { blocked } = await this.door.settings();
      if (untold.add.length + untold.remove.length > 0) {
        const wanted = new Set([...blocked, ...untold.add]);
        for (const peer of untold.remove) wanted.delete(peer);
        blocked = (await this.door.settings({ blocked: [...wanted].sort() })).blocked;
      }
      await this.steps.run((unit) => this.adopt(unit, untold, new Set(blocked)));
      if (untold.remove.length > 0) this.unblocked();
    } catch {
      // Nothing is lost: what was not told stays in its row.
    } finally {
      this.running = false;
    }
  }

  private async adopt(unit: Unit, told: Untold, blocked: ReadonlySet<Primary>): Promise<void> {
    const now = (await unit.work.get<Untold>("meta", "blocks")) ?? NOTHING;
    const left: Untold = {
      add: now.add.filter((peer) => !told.add.includes(peer)), remove: now.remove.filter((peer) => !told.remove.includes(peer)),
    };
    unit.work.put("meta", "blocks", left);
    const all = new Set([...blocked, ...left.add]);
    for (const peer of left.remove) all.delete(peer);
    remember(unit, all);
    for (const { id, peer, standing } of [...this.steps.memory.conversations.values()]) {
      if (left.add.includes(peer) || left.remove.includes(peer)) continue;
      if (blocked.has(peer) && standing !== "blocked") change(unit, id, { standing: "blocked" });
      if (!blocked.has(peer) && standing === "blocked") change(unit, id, { standing: "accepted" });
    }
    if (left.add.length + left.remove.length > 0) unit.after.push(() => void this.tell());
  }
}

function remember(unit: Unit, blocked: ReadonlySet<Primary>): void {
  unit.work.put("meta", "blocked", [...blocked]);
  unit.after.push(() => { unit.memory.blocked = blocked; });
}
