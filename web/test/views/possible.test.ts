import assert from "node:assert/strict";
import { test } from "node:test";
import type { FileKey, Message } from "../../src/engine/model";
import { emojiCount, moreReactions, parseEmoji, quickReactions } from "../../src/views/messages/emoji";
import { closedBy, type MessageAction, copyText, isEditable, lastEditable, possibleActions } from "../../src/views/messages/possible";
import { reactionChips, toggled } from "../../src/views/messages/reactions";
import { ann, ben, message } from "./messages";

const can = (of: Message, canWrite = true, fileIsHere = false): MessageAction[] => possibleActions(of, { canWrite, fileIsHere });
const file = (caption: string | null): Message["shown"] => ({
  kind: "file", key: "k" as FileKey,
  file: { id: message("").id as never, filename: "a.txt", mime: "text/plain", size: 3, sha256: "0".repeat(64), caption },
});

test("what can be done follows from whose it is and how far it came", () => {
  assert.deepEqual(can(message("theirs")), ["reply", "react", "copy", "forward", "info", "deleteForMe"]);
  assert.deepEqual(can(message("mine", { state: "read" })), ["reply", "react", "edit", "copy", "forward", "info", "deleteForMe", "deleteForEveryone"]);
  assert.deepEqual(can(message("mine", { state: "sending" })), ["edit", "copy", "forward", "info", "deleteForMe"]);
  assert.deepEqual(can(message("mine", { state: "failed" })), ["retry", "copy", "forward", "info", "deleteForMe"]);
  assert.deepEqual(can(message("", { shown: { kind: "deleted" } })), ["info", "deleteForMe"]);
  assert.deepEqual(can(message("", { shown: { kind: "placeholder", cause: "newer", envelope: null } })), ["info", "deleteForMe"]);
  assert.deepEqual(can(message("", { shown: file(null) }), true, true), ["reply", "react", "download", "forward", "info", "deleteForMe"]);
  assert.deepEqual(can(message("", { shown: file(null) }), true, false), ["reply", "react", "info", "deleteForMe"]);
});

test("where nothing may be sent, nothing that sends is offered", () => {
  for (const state of [null, "read", "failed"] as const) {
    const actions = can(message("x", { state }), false);
    for (const action of ["reply", "react", "edit", "retry", "deleteForEveryone"] as const) assert.ok(!actions.includes(action), action);
    assert.ok(actions.includes("deleteForMe"));
  }
  const trust = { verifiedAt: null, alarm: null, isHeld: false, lookalike: null };
  const alarm = { kind: "unknown", pinned: null, shown: null, handle: null } as const;
  assert.equal(closedBy({ standing: "accepted", trust }), null);
  assert.equal(closedBy({ standing: "request", trust }), "request");
  assert.equal(closedBy({ standing: "blocked", trust: { ...trust, alarm } }), "blocked");
  assert.equal(closedBy({ standing: "request", trust: { ...trust, alarm } }), "alarm");
  assert.equal(closedBy({ standing: "accepted", trust: { ...trust, isHeld: true } }), "held");
});

test("what is copied and what is edited", () => {
  assert.equal(copyText(message("a\nb")), "a\nb");
  assert.equal(copyText(message("", { shown: file("caption") })), "caption");
  assert.equal(copyText(message("", { shown: { kind: "deleted" } })), "");
  assert.ok(!isEditable(message("theirs")));
  const mine = message("mine", { state: "sent" });
  assert.equal(lastEditable([mine, message("theirs")]), mine);
  assert.equal(lastEditable([mine, message("", { state: "sent", shown: { kind: "deleted" } })]), mine);
  assert.equal(lastEditable([mine, message("", { state: "sent", shown: file(null) })]), null);
  assert.equal(lastEditable([]), null);
});

test("reactions are gathered by emoji, the first given first", () => {
  const of = message("x", {
    reactions: { [ben]: { emoji: "👍", order: "2" as never }, [ann]: { emoji: "❤️", order: "1" as never }, other: { emoji: "👍", order: "3" as never }, gone: { emoji: "", order: "0" as never } },
  });
  assert.deepEqual(reactionChips(of, ann), [
    { emoji: "❤️", senders: [ann], mine: true }, { emoji: "👍", senders: [ben, "other"], mine: false },
  ]);
  assert.equal(toggled(of, ann, "❤️"), "");
  assert.equal(toggled(of, ann, "👍"), "👍");
  assert.equal(toggled(message("x"), ann, "👍"), "👍");
});

test("an emoji is one emoji", () => {
  for (const emoji of [...quickReactions, ...moreReactions, "🇩🇪", "1️⃣", "👩‍👩‍👧", "👍🏽", " 🎉 ", "♥"]) assert.equal(parseEmoji(emoji), emoji.trim(), emoji);
  for (const text of ["", " ", "a", "👍👍", "👍a", "1", "©", "<b>", "\u202e", "z̶̶", "👍".repeat(100)]) assert.equal(parseEmoji(text), null, text);
  assert.equal(new Set([...quickReactions, ...moreReactions]).size >= 60, true);
  assert.equal(emojiCount("🎉"), 1);
  assert.equal(emojiCount("🎉 🎉🎉"), 3);
  assert.equal(emojiCount("🎉🎉🎉🎉"), 0);
  assert.equal(emojiCount("ok 🎉"), 0);
  assert.equal(emojiCount(""), 0);
});
