import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf } from "../../src/views/messages/days";
import { type Row, rowsOf } from "../../src/views/messages/rows";
import { ann, ben, message, noon } from "./messages";

const minute = 60_000;
const day = 24 * 60 * minute;
/** Each row as a word; a message with `<` when it begins a group and `>` when it ends one. */
const words = (rows: readonly Row[]): string[] => rows.map((row) =>
  row.kind === "message" ? `${row.first ? "<" : ""}${row.message.shown.kind === "text" ? row.message.shown.text : row.message.shown.kind}${row.last ? ">" : ""}` : row.kind);

test("what one person said within minutes is a group", () => {
  const rows = rowsOf([
    message("a", { at: noon }), message("b", { at: noon + minute }), message("c", { at: noon + 2 * minute, sender: ben }),
    message("d", { at: noon + 9 * minute, sender: ben }),
  ], null);
  assert.deepEqual(words(rows), ["day", "<a", "b>", "<c>", "<d>"]);
});

test("a day and the unread divider stand between groups", () => {
  const messages = [
    message("a", { at: noon }), message("b", { at: noon + minute }), message("c", { at: noon + 2 * minute }),
    message("d", { at: noon + day }),
  ];
  assert.deepEqual(words(rowsOf(messages, messages[1]?.order ?? null)), ["day", "<a>", "unread", "<b", "c>", "day", "<d>"]);
  assert.deepEqual(words(rowsOf(messages, messages[3]?.order ?? null)), ["day", "<a", "b", "c>", "day", "unread", "<d>"]);
  assert.deepEqual(words(rowsOf(messages, messages[0]?.order ?? null)).slice(0, 3), ["day", "unread", "<a"]);
  assert.deepEqual(words(rowsOf(messages.slice(0, 3), messages[3]?.order ?? null)).includes("unread"), false);
  // The very message is gone: the divider stands before the next one.
  assert.deepEqual(words(rowsOf(messages.slice(2), messages[1]?.order ?? null)).slice(0, 3), ["day", "unread", "<c>"]);
  assert.deepEqual(rowsOf([], messages[0]?.order ?? null), []);
  const midnight = dayOf(noon).end;
  assert.deepEqual(words(rowsOf([message("a", { at: midnight - 1 }), message("b", { at: midnight })], null)), ["day", "<a>", "day", "<b>"]);
});

test("rows that did not change are the same objects", () => {
  const messages = [message("a", { at: noon }), message("b", { at: noon + minute })];
  const before = rowsOf(messages, null);
  const after = rowsOf([message("older", { at: noon - day }), ...messages, message("c", { at: noon + 2 * minute })], null, before);
  const find = (rows: readonly Row[], text: string): Row | undefined => rows.find((row) => row.kind === "message" && row.message.shown.kind === "text" && row.message.shown.text === text);
  assert.equal(find(after, "a"), find(before, "a"));
  assert.ok(before[0] !== undefined && after.includes(before[0]));
  assert.notEqual(find(after, "b"), find(before, "b")); // It ends the group no more.
  assert.equal(new Set(after.map((row) => row.key)).size, after.length);
});

test("a hundred thousand messages become rows", () => {
  const messages = Array.from({ length: 100_000 }, (_, index) => message(String(index), { at: noon + index * minute, sender: index % 3 === 0 ? ann : ben }));
  const rows = rowsOf(messages, null);
  assert.equal(rows.filter((row) => row.kind === "message").length, 100_000);
  assert.equal(new Set(rows.map((row) => row.key)).size, rows.length);
});

test("a day is one of the calendar", () => {
  const { start, end } = dayOf(new Date(2026, 2, 29, 12).getTime());
  assert.ok(end - start >= 23 * 3_600_000 && end - start <= 25 * 3_600_000);
  assert.equal(dayOf(start).start, start);
  assert.equal(dayOf(end).start, end);
});
