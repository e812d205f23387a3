/**
 * The views with a made-up app, for looking at them: bundle this file, and serve it beside `web/public` with the index for every
 * path. `?many=100000` makes one conversation that long.
 */
import type { AppState, ConversationView, ConvId, FileKey, Message, TransferView } from "../../src/app/api";
import { ConversationsPane } from "../../src/views/conversations/pane";
import { mount } from "../../src/views/frame/root";
import { ConversationPane } from "../../src/views/messages/pane";
import { Shortcuts } from "../../src/views/shortcuts/shortcuts";
import { FakeApp } from "./fake-app";
import { conv, file, fileKey, longTalk, person, primary, say } from "./people";
import { picture, tone } from "./pictures";
import "../../src/views/style/index.css";

const now = Date.now();
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const me = primary(0);
const people = {
  lena: person(1, "lena", { isOnline: true, trust: { verifiedAt: now - day, alarm: null, isHeld: false, lookalike: null }, name: { text: "Lena Hofmann", kind: "petname", petname: "Lena Hofmann", handle: "lena", fqhn: "lena@kez.lat", key: "1eef…1eef" } }),
  tudisco: person(2, "tudisco", { isTyping: true, unread: 3 }),
  mateo: person(3, "mateo-ruiz", { draft: "I will bring the", lastActive: now - 3 * hour }),
  long: person(4, "archive", { mutedUntil: now + day, unread: 0 }),
  fork: person(5, "paul", { trust: { verifiedAt: null, alarm: { kind: "other_key", pinned: primary(5), shown: primary(55), handle: "paul" }, isHeld: false, lookalike: null } }),
  stranger: person(6, "pau1", { standing: "request", unread: 1, passedOver: 12, trust: { verifiedAt: null, alarm: null, isHeld: false, lookalike: "paul" } }),
  rtl: person(7, "דנה-לוי", { name: { text: "דנה לוי", kind: "petname", petname: "דנה לוי", handle: "dana", fqhn: "dana@kez.lat", key: "abcd…abcd" } }),
  blocked: person(8, "spammer", { standing: "blocked" }),
  fresh: person(9, "new-friend"),
  notes: person(0, "me", { isSelf: true }),
};
const more = Array.from({ length: 14 }, (_, index) => person(20 + index, ["amira", "bjorn", "chidi", "dora", "emil", "farah", "gus", "hana", "ivo", "jun", "kofi", "lin", "mona", "nils"][index] ?? "x"));

const lena = people.lena;
const l = (at: number, shown: Parameters<typeof say>[3], extra: Partial<Message> = {}): Message => say(lena.id, lena.peer, at, shown, extra);
const m = (at: number, shown: Parameters<typeof say>[3], extra: Partial<Message> = {}): Message => say(lena.id, me, at, shown, { state: "read", ...extra });
const question = l(now - 26 * hour, "Did you see that the broker is the server now? Nothing of ours stands between sender and recipient 🤯");
const withLena: Message[] = [
  l(now - 3 * day, "Hi! Is this thing on?"),
  m(now - 3 * day + minute, "It is. Welcome to kez 🎉", { reactions: { [lena.peer]: { emoji: "🎉", order: "1" as never } } }),
  m(now - 3 * day + 2 * minute, "👋"),
  question,
  m(now - 26 * hour + 3 * minute, { kind: "text", text: "I read it twice. The part on one publish a message is my favourite: https://kez.lat/docs/ARCHITECTURE.md#the-idea (and the numbers below it).", replyTo: question.id }),
  l(now - 26 * hour + 4 * minute, file(1, "harbour at dusk.png", "image/png", 123_456, "From the ferry, no filter"), { reactions: { [me]: { emoji: "❤️", order: "1" as never }, [lena.peer]: { emoji: "❤️", order: "2" as never } } }),
  m(now - 25 * hour, file(2, "quarterly-numbers-final-final-2.pdf", "application/pdf", 1_843_200)),
  l(now - 24.5 * hour, "Long ones wrap as they should, and words that are one thing such as Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft do, too.", { edited: "1" as never }),
  l(now - 24.4 * hour, { kind: "deleted" }),
  l(now - 24.3 * hour, { kind: "placeholder", cause: "newer", envelope: null }),
  m(now - 3 * hour, "שלום, this line has two directions. <b>And no markup</b>, of course."),
  m(now - 3 * hour + 20_000, file(3, "clip.wav", "audio/wav", 88_000)),
  l(now - 2 * hour, file(4, "holiday.jpg", "image/jpeg", 8_000_000)),
  l(now - 2 * hour + minute, file(5, "drawing.svg", "image/svg+xml", 4_200)),
  l(now - 2 * hour + 2 * minute, file(6, "broken.bin", "application/octet-stream", 9_400_000)),
  m(now - hour, "This one did not make it", { state: "failed", failure: "inbox_full" }),
  l(now - 20 * minute, "Dinner at eight? The place by the canal has a table for four. I asked Mateo, and he would bring the game."),
  l(now - 19 * minute, "Say yes!"),
  m(now - 5 * minute, "Yes! See you there", { state: "delivered" }),
  m(now - 4 * minute, "Should I bring anything?", { state: "sent" }),
  m(now - 10_000, "I could make the lemon cake", { state: "sending" }),
];
const simple = (view: ConversationView, ...texts: string[]): [ConvId, Message[]] =>
  [view.id, texts.map((text, index) => say(view.id, view.peer, now - (texts.length - index) * hour * 2, text))];
const talks = new Map<ConvId, Message[]>([
  [lena.id, withLena],
  [people.long.id, longTalk(people.long.id, me, people.long.peer, Number(new URLSearchParams(location.search).get("many") ?? 3000), now - day)],
  simple(people.tudisco, "One", "Two words", ...Array.from({ length: 30 }, (_, index) => `Line ${index} of what was said before`), "The build is green again", "Merging now", "Can you look at the tests?"),
  simple(people.mateo, "Which game?"),
  simple(people.fork, "Hello, it is really me"),
  simple(people.stranger, "Hey, it is Paul, I lost my phone. Can you send me your recovery key?"),
  simple(people.rtl, "היי! מה שלומך?"),
  simple(people.blocked, "buy now"),
  [people.fresh.id, []],
  [people.notes.id, [say(people.notes.id, me, now - 2 * day, "Buy lemons", { state: "read" })]],
  ...more.map((view, index) => simple(view, ["See you tomorrow", "Thanks!", "📷 later", "ok", "On my way"][index % 5] ?? "")),
]);
const conversations = [...Object.values(people), ...more].map((view): ConversationView => {
  const last = talks.get(view.id)?.at(-1);
  const text = last?.shown.kind === "text" ? last.shown.text : "";
  return { ...view, last: last === undefined ? null : { order: last.order, mine: last.state !== null, shown: last.shown.kind, text } };
}).sort((a, b) => ((a.last?.order ?? "") < (b.last?.order ?? "") ? 1 : -1));
const here: TransferView = { direction: "in", done: 1, count: 1, state: "whole", failure: null };
const transfers = new Map<FileKey, TransferView>([
  [fileKey(1), here], [fileKey(2), { ...here, direction: "out", state: "moving", done: 7, count: 23 }], [fileKey(3), { ...here, direction: "out" }],
  [fileKey(4), { ...here, state: "moving", done: 31, count: 98 }], [fileKey(5), here], [fileKey(6), { ...here, state: "failed", failure: "incomplete" }],
]);

const initial: AppState = {
  phase: { kind: "ready" }, route: { page: "messages", conv: null, message: null },
  me: { primary: me, handle: "me", fqhn: "me@kez.lat", nkey: "UABC", link: `${location.origin}/u/me#${me}`, hasPassphrase: false },
  server: { name: "kez.lat", origin: location.origin, registration: "open", fileBytes: 10 * 1024 * 1024 },
  connection: { kind: "live" }, isCatchingUp: false, clockOff: null, storage: null, role: "leader", conversations, open: null,
  search: { query: "", conv: null, isSearching: false, results: [], took: null }, transfers, notices: [],
  preferences: {
    theme: "system", language: null, notifications: false, permission: "default", previews: true, sounds: false, typing: true, receipts: true, online: true,
    enterSends: true,
  },
  reminders: { recovery: false, update: false, install: false }, counts: { unread: 3, requests: 1 },
};

const element = document.querySelector("#app");
if (element !== null) {
  void Promise.all([picture(1280, 853), tone(3)]).then(([image, sound]) => {
    const files = new Map<FileKey, Blob>([[fileKey(1), image], [fileKey(2), new Blob(["%PDF"])], [fileKey(3), sound], [fileKey(5), new Blob(["<svg/>"])]]);
    const app = new FakeApp(initial, talks, files);
    Reflect.set(globalThis, "fake", { app, say, conv, me, people });
    mount(app, { List: ConversationsPane, Conversation: ConversationPane, Over: Shortcuts }, element);
  });
}
