/** Reactions of a message as they are shown: one chip an emoji. */
import type { Message, Primary } from "../../app/api.js";

export interface ReactionChip {
  readonly emoji: string;
  readonly senders: readonly string[];
  readonly mine: boolean;
}

/** Chips of one message: a sender has one reaction, so this only bounds what a later version allows. */
const CHIPS = 24;

/** The one that came first is first. */
export function reactionChips({ reactions }: Message, me: Primary): ReactionChip[] {
  const given = Object.entries(reactions).filter(([, { emoji }]) => emoji !== "").sort(([, a], [, b]) => (a.order < b.order ? -1 : 1));
  const senders = new Map<string, string[]>();
  for (const [sender, { emoji }] of given) {
    const known = senders.get(emoji);
    if (known === undefined) senders.set(emoji, [sender]);
    else known.push(sender);
  }
  return [...senders].slice(0, CHIPS).map(([emoji, list]) => ({ emoji, senders: list, mine: list.includes(me) }));
}

/** What picking `emoji` sends: one's reaction, or an empty one when it was there already. */
export function toggled(message: Message, me: Primary, emoji: string): string {
  return message.reactions[me]?.emoji === emoji ? "" : emoji;
}
