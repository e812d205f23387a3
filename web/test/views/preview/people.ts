/** People and conversations to look at: every state that a list or a contact can be in. */
import type { ConversationView, ConvId, NameView, Order, Primary, Preview, TrustView } from "../../../src/app/api.js";
import { primaryOfHex } from "../../../src/core/identity/primary.js";

export function primary(number: number): Primary {
  const digits = (BigInt(number + 7) * 0x9e3779b97f4a7c15f39cc0605cedc835n).toString(16);
  const found = primaryOfHex(digits.padStart(64, "a5").slice(-64));
  if (found === null) throw new Error("no key");
  return found;
}

export const conv = (number: number): ConvId => primary(number).slice(-32) as ConvId;

const trusted: TrustView = { verifiedAt: null, alarm: null, isHeld: false, lookalike: null };

function named(handle: string, petname: string | null, number: number): NameView {
  const key = `${primary(number).slice(8, 16)}…`;
  return { text: petname ?? handle, kind: petname === null ? "handle" : "petname", petname, handle, fqhn: `${handle}@kez.lat`, key };
}

function said(text: string, mine = false): Preview {
  return { order: "1" as Order, mine, shown: "text", text };
}

export function person(number: number, handle: string, values: Partial<ConversationView> = {}, petname: string | null = null): ConversationView {
  return {
    id: conv(number), peer: primary(number), name: named(handle, petname, number), isSelf: false, isThread: false, standing: "accepted",
    mutedUntil: 0, unread: 0, readUpTo: "", last: said("See you tomorrow!"), draft: "", isTyping: false, isOnline: null,
    lastActive: null, passedOver: 0, trust: trusted, ...values,
  };
}

export const conversations: readonly ConversationView[] = [
  person(1, "bob", { unread: 3, isOnline: true, last: said("Did you get the pictures?") }, "Bob from the climbing hall"),
  person(2, "carol", { isTyping: true, trust: { ...trusted, verifiedAt: Date.UTC(2026, 9, 3) } }),
  person(3, "dave-the-very-long-handle-of-32c", { draft: "I was about to say that", last: said("Fine with me.", true) }),
  person(4, "erin", {
    trust: { ...trusted, alarm: { kind: "other_key", pinned: primary(4), shown: primary(40), handle: "erin" } },
  }),
  person(5, "pau1", { standing: "request", trust: { ...trusted, lookalike: "paul" } }),
  person(6, "mallory", { standing: "blocked" }),
  person(7, "trent", { standing: "blocked" }),
  person(8, "paul", { mutedUntil: Number.POSITIVE_INFINITY }),
];
