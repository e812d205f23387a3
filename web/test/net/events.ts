import assert from "node:assert/strict";
import type { Door, DoorState, LiveEvent, LiveFeed, Stored } from "../../src/net/door";

/** The next event of that kind; others are passed over. */
export async function next<Kind extends LiveEvent["kind"]>(feed: AsyncIterator<LiveEvent>, kind: Kind) {
  for (;;) {
    const { value, done } = await feed.next();
    if (done === true) assert.fail(`the feed ended before ${kind}`);
    const event = value as LiveEvent;
    if (event.kind === kind) return event as LiveEvent & { kind: Kind };
  }
}

/** The next `count` different messages. */
export async function messages(feed: AsyncIterator<LiveEvent>, count: number): Promise<Stored[]> {
  const found = new Map<number, Stored>();
  while (found.size < count) {
    const { message } = await next(feed, "message");
    found.set(message.seq, message);
  }
  return [...found.values()];
}

export function iterator(feed: LiveFeed): AsyncIterator<LiveEvent> {
  return feed[Symbol.asyncIterator]();
}

/** Resolves when the door is in that state. */
export function reached<Kind extends DoorState["kind"]>(door: Door, kind: Kind): Promise<DoorState & { kind: Kind }> {
  return new Promise((resolve) => {
    const look = (state: DoorState) => {
      if (state.kind !== kind) return;
      forget();
      resolve(state as DoorState & { kind: Kind });
    };
    const forget = door.onState(look);
    look(door.state);
  });
}
