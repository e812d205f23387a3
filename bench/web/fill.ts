/** Fills the history of whoever is signed in, through the engine's own way in; bundled by measure.py and run in a page. */
import { contentOf } from "../../web/src/core/content/content.js";
import { newMessageId } from "../../web/src/core/messages/id.js";
import { parsePrimary } from "../../web/src/core/identity/primary.js";
import { unlockedOfVault } from "../../web/src/app/host/unlocked.js";
import { systemClock } from "../../web/src/engine/clock.js";
import { readUpTo } from "../../web/src/engine/conversations.js";
import { intake } from "../../web/src/engine/intake.js";
import { Steps } from "../../web/src/engine/steps.js";
import { IndexedDbRows } from "../../web/src/store/indexeddb.js";
import { SealedRows } from "../../web/src/store/sealed.js";

const BATCH = 500;
const WORDS = ("the of harbour morning train coffee window paper tomorrow never always garden letter river house "
  + "meeting evening question answer summer winter number street music kitchen table bread water light shadow").split(" ");

export interface Line {
  readonly peer: string;
  readonly mine: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
}

/** @param peers primaries; the first one gets half of the messages @returns how many there are now */
export function fill(peers: readonly string[], count: number): Promise<number> {
  // One a minute, the last of them now.
  const begin = Date.now() - count * 60_000;
  return tell(count, (at) => {
    const text = Array.from({ length: 4 + at % 9 }, (_, index) => WORDS[(at * 7 + index * index * 13 + (at >> 5)) % WORDS.length]).join(" ");
    return {
      peer: peers[at % 2 === 0 ? 0 : 1 + (at >> 1) % (peers.length - 1)] ?? "", mine: at % 3 === 0, at: begin + at * 60_000,
      text: at === 777 ? `${text} quetzalcoatl` : text,
    };
  });
}

/** Lines of before, as if they had come and gone then; all of them read. */
export function remember(lines: readonly Line[]): Promise<number> {
  return tell(lines.length, (at) => lines[at]);
}

async function tell(count: number, line: (index: number) => Line | undefined): Promise<number> {
  const place = await IndexedDbRows.open(indexedDB, "kez", () => undefined);
  const vault = await place.load();
  if (vault?.form !== "open") throw new Error("nobody is signed in, or it is locked");
  const { identity, keys } = await unlockedOfVault(vault);
  const rows = new SealedRows(place, keys);
  const steps = await Steps.open(rows, identity.primary, systemClock);
  for (let done = 0; done < count; done += BATCH) {
    await steps.run(async (unit) => {
      for (let index = done; index < Math.min(done + BATCH, count); index++) {
        const said = line(index);
        const peer = said === undefined ? null : parsePrimary(said.peer);
        if (said === undefined || peer === null) throw new Error(`line ${index} names nobody`);
        const { mine, at, text } = said;
        await intake(unit, {
          // Mine are taken as the sync of another browser brings them: they are out already.
          sender: mine ? unit.me : peer, peer, id: newMessageId(), at, createdAt: at, seq: mine ? 0 : index + 1,
          what: contentOf({ kind: "text", text, replyTo: null }),
        });
      }
    });
  }
  await steps.run(async (unit) => {
    for (const { id, last } of [...steps.memory.conversations.values()]) if (last !== null) await readUpTo(unit, id, last.order);
  });
  // Nobody is told that it was read.
  await rows.write([{ kind: "delete-range", store: "receipts", from: "", to: "\uffff" }]);
  const total = await rows.count("messages");
  await steps.close();
  place.close();
  return total;
}
