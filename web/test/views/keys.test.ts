import assert from "node:assert/strict";
import { test } from "node:test";
import { type Key, keyAction } from "../../src/views/composer/keys";
import { marked, snippet } from "../../src/views/search/snippet";
import { keysOf, shortcutOf, shortcuts } from "../../src/views/shortcuts/table";

const key = (name: string, more: Partial<Key> = {}): Key =>
  ({ key: name, keyCode: 0, isComposing: false, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...more });
const idle = { text: "", busy: false, enterSends: true };

test("Enter sends, unless something is being composed", () => {
  assert.equal(keyAction(key("Enter"), idle), "send");
  assert.equal(keyAction(key("Enter", { ctrlKey: true }), idle), "send");
  assert.equal(keyAction(key("Enter", { shiftKey: true }), idle), null);
  assert.equal(keyAction(key("Enter", { isComposing: true }), idle), null);
  assert.equal(keyAction(key("Enter"), { ...idle, enterSends: false }), null);
  assert.equal(keyAction(key("Enter", { ctrlKey: true }), { ...idle, enterSends: false }), "send");
  assert.equal(keyAction(key("Enter", { metaKey: true }), { ...idle, enterSends: false }), "send");
  assert.equal(keyAction(key("Enter", { keyCode: 229 }), idle), null);
  assert.equal(keyAction(key("Escape", { isComposing: true }), { ...idle, text: "x", busy: true }), null);
});

test("↑ edits only from an empty field, Esc leaves a mode only when there is one", () => {
  assert.equal(keyAction(key("ArrowUp"), idle), "editLast");
  assert.equal(keyAction(key("ArrowUp"), { ...idle, text: "a" }), null);
  assert.equal(keyAction(key("ArrowUp"), { ...idle, busy: true }), null);
  assert.equal(keyAction(key("ArrowUp", { altKey: true }), idle), null);
  assert.equal(keyAction(key("Escape"), idle), null);
  assert.equal(keyAction(key("Escape"), { ...idle, text: "a", busy: true }), "leaveMode");
  assert.equal(keyAction(key("a"), idle), null);
});

const pressed = (name: string, more: object = {}): Parameters<typeof shortcutOf>[0] => ({ ...key(name), code: "", ...more });
const pc = { isMac: false, isTyping: false };

test("a shortcut is its key with exactly its modifiers", () => {
  assert.equal(shortcutOf(pressed("k", { ctrlKey: true }), pc), "switcher");
  assert.equal(shortcutOf(pressed("K", { ctrlKey: true }), pc), "switcher");
  assert.equal(shortcutOf(pressed("k", { metaKey: true }), pc), null);
  assert.equal(shortcutOf(pressed("k", { metaKey: true }), { ...pc, isMac: true }), "switcher");
  assert.equal(shortcutOf(pressed("k", { ctrlKey: true }), { ...pc, isMac: true }), null);
  assert.equal(shortcutOf(pressed("ArrowDown", { altKey: true }), pc), "next");
  assert.equal(shortcutOf(pressed("ArrowDown", { altKey: true, shiftKey: true }), pc), "nextUnread");
  assert.equal(shortcutOf(pressed("?", { shiftKey: true }), pc), "help");
  assert.equal(shortcutOf(pressed("?"), pc), "help");
  assert.equal(shortcutOf(pressed("f", { ctrlKey: true }), pc), "searchHere");
  assert.equal(shortcutOf(pressed("F", { ctrlKey: true, shiftKey: true }), pc), "search");
  assert.equal(shortcutOf(pressed("˜", { altKey: true, code: "KeyN" }), { ...pc, isMac: true }), "newConversation");
  assert.equal(shortcutOf(pressed("Enter"), pc), null);
});

test("what is typed stays with the field", () => {
  const typing = { isMac: false, isTyping: true };
  assert.equal(shortcutOf(pressed("?", { shiftKey: true }), typing), null);
  assert.equal(shortcutOf(pressed("Escape"), typing), "close");
  assert.equal(shortcutOf(pressed("k", { ctrlKey: true }), typing), "switcher");
  assert.equal(shortcutOf(pressed("k", { ctrlKey: true, altKey: true }), typing), null); // AltGr
  assert.equal(shortcutOf(pressed("Escape", { isComposing: true }), typing), null);
});

test("each shortcut is one of a kind and can be shown", () => {
  const seen = shortcuts.map(({ key: name, mod, alt, shift, elsewhere }) => [name, mod, alt, shift, elsewhere].join());
  assert.equal(new Set(seen).size, seen.length);
  assert.deepEqual(shortcuts.slice(0, 1).map((shortcut) => keysOf(shortcut, false)), [["Ctrl", "K"]]);
  assert.deepEqual(shortcuts.slice(0, 1).map((shortcut) => keysOf(shortcut, true)), [["⌘", "K"]]);
});

const marks = (text: string, query: string): string => marked(text, query).map(({ text: part, hit }) => (hit ? `[${part}]` : part)).join("");

test("found words are marked as they were written", () => {
  assert.equal(marks("Meet me at the Café, café!", "cafe"), "Meet me at the [Café], [café]!");
  assert.equal(marks("one two one", "one  TWO"), "[one] [two] [one]");
  assert.equal(marks("cafe\u0301s", "cafe"), "[cafe\u0301]s");
  assert.equal(marks("nothing", "xyz"), "nothing");
  assert.equal(marks("", "a"), "");
  assert.equal(marks("<b>bold</b>", "b"), "<[b]>[b]old</[b]>");
  assert.equal(marks("👍 ok", "ok"), "👍 [ok]");
});

test("a snippet holds the first hit", () => {
  const long = `${"lorem ipsum ".repeat(50)}needle ${"dolor sit ".repeat(50)}`;
  const cut = snippet(long, "needle");
  assert.ok(cut.startsWith("…") && cut.endsWith("…") && cut.includes("needle") && cut.length < 190);
  assert.equal(snippet("short\ntext", "x"), "short text");
  assert.ok(snippet(long, "lorem").startsWith("lorem"));
  assert.equal(snippet("😀".repeat(200), "x").at(-2), "\ude00");
});
