import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import type { Caller } from "../../src/app/host/dispatch";
import type { ConversationView, OpenConversation } from "../../src/app/state";
import { OpenWindow } from "../../src/app/tab/open-window";
import { PAGE } from "../../src/app/tab/pane";
import type { Message } from "../../src/engine/model";
import { conv, me, message } from "./messages";

/** A conversation of which pages can be asked for; answers can be held back. */
class Shelf {
  messages: Message[];
  view: Pick<ConversationView, "unread" | "readUpTo" | "last">;
  held: (() => void)[] | null = null;
  asked: string[] = [];

  constructor(count: number) {
    this.messages = Array.from({ length: count }, (_, index) => message(index + 1));
    this.view = { unread: 0, readUpTo: "", last: null };
  }

  readonly caller = {
    call: async (name: string, ...args: unknown[]) => {
      this.asked.push(name);
      const answer = this.answer(name, args);
      if (this.held !== null) await new Promise<void>((resolve) => this.held?.push(resolve));
      return { ok: true, value: answer };
    },
  } as unknown as Caller;

  private answer(name: string, [, at, limit]: unknown[]): unknown {
    const order = typeof at === "string" ? at : null;
    switch (name) {
      case "messagesBefore": return this.messages.filter((each) => order === null || each.order < order).slice(-Number(limit));
      case "messagesFrom": return this.messages.filter((each) => order === null || each.order >= order).slice(0, Number(limit));
      case "count": return this.messages.length;
      case "messageWithId": return this.messages.find(({ id }) => id === at);
      default: throw new Error(name);
    }
  }
}

function open(shelf: Shelf): { window: OpenWindow; now: () => OpenConversation; told: OpenConversation[] } {
  const told: OpenConversation[] = [];
  const window = new OpenWindow({
    caller: () => shelf.caller, view: () => shelf.view as ConversationView, changed: (state) => told.push(state), files: () => undefined, failed: () => undefined,
  }, conv);
  return { window, told, now: () => told.at(-1) as OpenConversation };
}

const times = ({ messages }: OpenConversation): number[] => messages.map(({ at }) => at / 1000);

test("a conversation opens at its end, and grows to both sides", async () => {
  const { window, now, told } = open(new Shelf(200));
  await window.start(null);
  strictEqual(told[0]?.isLoading, true);
  deepStrictEqual([times(now())[0], times(now()).at(-1), now().before, now().after, now().total], [201 - PAGE, 200, "more", "none", 200]);
  await window.loadBefore();
  strictEqual(times(now())[0], 201 - 2 * PAGE);
  await window.loadBefore();
  await window.loadBefore();
  deepStrictEqual([times(now())[0], now().before], [1, "none"]);
  await window.loadBefore();
  await window.loadAfter();
  strictEqual(now().messages.length, 200);
});

test("with something unread it opens there, and the divider stays", async () => {
  const shelf = new Shelf(300);
  shelf.view = { unread: 200, readUpTo: message(100).order, last: null };
  const { window, now } = open(shelf);
  await window.start(null);
  deepStrictEqual(now().divider, { order: message(101).order, count: 200 });
  deepStrictEqual([times(now())[0], times(now()).at(-1), now().after, now().newer], [101 - PAGE, 100 + PAGE, "more", 200]);
  shelf.view = { ...shelf.view, unread: 0, readUpTo: message(300).order };
  window.viewIs();
  deepStrictEqual([now().divider?.order, now().newer], [message(101).order, 0]);
  await window.jumpToPresent();
  deepStrictEqual([times(now()).at(-1), now().after, now().target?.order], [300, "none", message(300).order]);
});

test("a link leads to its message and marks it, each time anew; one that is not here is said to be missing", async () => {
  const shelf = new Shelf(300);
  const { window, now } = open(shelf);
  await window.start(message(50).id);
  ok(times(now()).includes(50) && now().after === "more");
  deepStrictEqual([now().target?.order, now().target?.nonce, now().isTargetMissing], [message(50).order, 1, false]);
  await window.showMessage(message(50).id);
  strictEqual(now().target?.nonce, 2);
  await window.showMessage(message(999).id);
  deepStrictEqual([now().isTargetMissing, times(now()).includes(50)], [true, true]);
  const other = open(shelf);
  await other.window.start(message(999).id);
  deepStrictEqual([other.now().isTargetMissing, times(other.now()).at(-1)], [true, 300]);
});

test("what comes while a page is being read is not lost", async () => {
  const shelf = new Shelf(10);
  shelf.held = [];
  const { window, now } = open(shelf);
  const started = window.start(null);
  await new Promise((resolve) => setImmediate(resolve));
  // The answers were made before these.
  window.messageIs(message(11));
  window.messageIs(message(3, { failure: "changed" }));
  window.messageRemoved(message(4).order);
  for (const go of shelf.held ?? []) go();
  shelf.held = null;
  await started;
  deepStrictEqual(times(now()), [1, 2, 3, 5, 6, 7, 8, 9, 10, 11]);
  strictEqual(now().messages[2]?.failure, "changed");
});

test("a message that comes is counted and shown at the end, and one beyond the window only counted", async () => {
  const shelf = new Shelf(300);
  const { window, now } = open(shelf);
  await window.start(message(50).id);
  window.messageIs(message(301));
  deepStrictEqual([times(now()).includes(301), now().total], [false, 301]);
  window.messageIs(message(301, { failure: "changed" }));
  strictEqual(now().total, 301);
  await window.jumpToPresent();
  window.messageIs(message(302));
  deepStrictEqual([times(now()).at(-1), now().after], [302, "none"]);
});

test("quotes are looked up once, in the window or beyond it, and follow what they quote", async () => {
  const shelf = new Shelf(200);
  const quoting = (at: number, quoted: number): Message =>
    message(at, { sender: me, shown: { kind: "text", text: "yes", replyTo: message(quoted).id } });
  shelf.messages.push(quoting(201, 5), quoting(202, 199), quoting(203, 999));
  const { window, now } = open(shelf);
  await window.start(null);
  const quote = (quoted: number): unknown => { const found = now().quotes.get(message(quoted).id); return typeof found === "object" ? found.at / 1000 : found; };
  deepStrictEqual([quote(5), quote(199), quote(999)], [5, 199, "missing"]);
  const asked = shelf.asked.length;
  window.messageIs(quoting(204, 5));
  await new Promise((resolve) => setImmediate(resolve));
  strictEqual(shelf.asked.length, asked);
  window.messageIs(message(5, { shown: { kind: "deleted" } }));
  const found = now().quotes.get(message(5).id);
  ok(typeof found === "object" && found.shown.kind === "deleted");
  window.messageRemoved(message(5).order);
  strictEqual(quote(5), "missing");
  window.messageIs(message(999));
  strictEqual(quote(999), 999);
});

test("a window that was closed says nothing more", async () => {
  const shelf = new Shelf(10);
  shelf.held = [];
  const { window, told } = open(shelf);
  const started = window.start(null);
  window.close();
  const before = told.length;
  for (const go of shelf.held) go();
  await new Promise((resolve) => setImmediate(resolve));
  for (const go of shelf.held) go();
  await started;
  strictEqual(told.length, before);
});
