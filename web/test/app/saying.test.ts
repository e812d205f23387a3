import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { HELD, readAlarm, writeAlarm } from "../../src/app/host/alarms";
import { attentionFor } from "../../src/app/host/attention";
import { DEFAULT_CHOICES } from "../../src/app/host/choices";
import { connectionOf, suspensionFrom } from "../../src/app/host/connection";
import { checkLocally } from "../../src/app/host/handles";
import { Lookalikes, nameOf } from "../../src/app/host/names";
import { provesRecovery } from "../../src/app/host/seeds";
import type { ConversationView } from "../../src/app/state";
import { countsOf } from "../../src/app/tab/conversations";
import { failure } from "../../src/net/failures";
import { conv, me, message, peer } from "./messages";

test("the connection is told as it is", () => {
  const cause = failure("offline", "cut");
  deepStrictEqual(connectionOf({ kind: "open" }, "nats", true, null), { kind: "live" });
  deepStrictEqual(connectionOf({ kind: "open" }, "http", true, null), { kind: "live_http" });
  deepStrictEqual(connectionOf({ kind: "open" }, "nats", true, { reason: "spam", until: 5 }), { kind: "suspended", reason: "spam", until: 5 });
  deepStrictEqual(connectionOf({ kind: "waiting", retryAt: 7, cause }, "nats", true, null), { kind: "waiting", retryAt: 7, code: "offline" });
  deepStrictEqual(connectionOf({ kind: "waiting", retryAt: 7, cause }, "nats", false, null), { kind: "offline" });
  deepStrictEqual(connectionOf({ kind: "connecting" }, "nats", false, null), { kind: "offline" });
  deepStrictEqual(connectionOf({ kind: "refused", retryAt: 7, cause }, "nats", true, null), { kind: "refused", retryAt: 7, code: "offline" });
  deepStrictEqual(suspensionFrom({ suspended: false, reason: null, until: null }), null);
  deepStrictEqual(suspensionFrom({ suspended: true, reason: "x", until: "1970-01-01T00:00:01Z" }), { reason: "x", until: 1000 });
  deepStrictEqual(suspensionFrom({ suspended: true, reason: null, until: "never" }), { reason: null, until: null });
});

test("handles are judged before the server is asked", () => {
  const kind = (text: string): string => { const found = checkLocally(text); return "check" in found ? found.check.kind : found.handle; };
  deepStrictEqual(["", " @Bob ", "ab", "a".repeat(33), "-bob", "bob!", "bоb", "admin", "a_b-1"].map(kind),
    ["empty", "bob", "too_short", "too_long", "bad_characters", "bad_characters", "bad_characters", "reserved", "a_b-1"]);
});

test("an alarm survives being written down; what cannot be read is an alarm all the same", () => {
  const text = writeAlarm({ alarm: "other_key", pinned: me, shown: peer }, "bob");
  deepStrictEqual(readAlarm(text), { alarm: { kind: "other_key", pinned: me, shown: peer, handle: "bob" }, isHeld: false });
  const shrank = writeAlarm({ alarm: "shrank", remembered: { length: 2, head: "x" }, shown: { length: 1, head: "y" } }, null);
  deepStrictEqual(readAlarm(shrank).alarm, { kind: "shrank", pinned: null, shown: null, handle: null });
  deepStrictEqual(readAlarm(HELD), { alarm: null, isHeld: true });
  deepStrictEqual(readAlarm(null), { alarm: null, isHeld: false });
  for (const strange of ["", "{", "7", '{"alarm":"new kind"}']) strictEqual(readAlarm(strange).alarm?.kind, "unknown");
});

test("a contact is called by its petname, its handle, or its key, without tricks", () => {
  const pin = { primary: peer, handle: "bob", fqhn: "bob@kez.test" };
  strictEqual(nameOf(pin, null, me).text, "bob");
  strictEqual(nameOf(pin, "Bobby\u202e\u200b", me).text, "Bobby");
  strictEqual(nameOf(pin, "\u200b", me).kind, "handle");
  strictEqual(nameOf({ ...pin, handle: null, fqhn: null }, null, me).text, "bbbbbbbb…bbbb");
  strictEqual(nameOf({ ...pin, primary: me }, null, me).kind, "self");
});

test("names that look alike are told, until the contact is gone", () => {
  const names = new Lookalikes();
  names.set(peer, "paul");
  strictEqual(names.of(me, "pau1"), "paul");
  strictEqual(names.of(peer, "pau1"), null, "nobody looks like himself");
  strictEqual(names.of(me, "mary"), null);
  strictEqual(names.of(me, "pаypal"), "pаypal", "a Cyrillic letter in a Latin name");
  names.set(peer, null);
  strictEqual(names.of(me, "pau1"), null);
});

test("the recovery key is proved by its end or all of it", () => {
  const key = "SUAABBCCDDEEFFGGHHIIJJKKLLMMNNOOPPQQRRSSTTUUVVWWXXYYZZ2345";
  strictEqual(provesRecovery(key, key), true);
  strictEqual(provesRecovery("yyzz 2345", key), true);
  strictEqual(provesRecovery("2345", key), false);
  strictEqual(provesRecovery("YYZZ2346", key), false);
  strictEqual(provesRecovery("", key), false);
});

const view: ConversationView = {
  id: conv, peer, name: nameOf({ primary: peer, handle: "bob", fqhn: null }, null, me), isSelf: false, isThread: false,
  standing: "accepted", mutedUntil: 0, unread: 3, readUpTo: "", last: null, draft: "", isTyping: false, isOnline: null, lastActive: null,
  passedOver: 0, trust: { verifiedAt: null, alarm: null, isHeld: false, lookalike: null },
};

test("nobody is called for what is in view, muted or blocked, and nothing is shown that is not to be", () => {
  const choices = { ...DEFAULT_CHOICES, notifications: true };
  const tabs = [{ tab: "1", conv: null, canSound: false }, { tab: "2", conv: null, canSound: true }];
  const called = attentionFor(message(1), view, choices, tabs, 0);
  deepStrictEqual(called, {
    notification: { conv, message: message(1).id, name: "bob", preview: { kind: "text", text: "n1" }, count: 3 }, sound: "2",
  });
  const silent = { notification: null, sound: null };
  deepStrictEqual(attentionFor(message(1), view, choices, [{ tab: "1", conv, canSound: true }], 0), silent);
  deepStrictEqual(attentionFor(message(1), { ...view, mutedUntil: 10 }, choices, tabs, 9), silent);
  strictEqual(attentionFor(message(1), { ...view, mutedUntil: 10 }, choices, tabs, 10).notification?.name, "bob");
  deepStrictEqual(attentionFor(message(1), { ...view, standing: "blocked" }, choices, tabs, 0), silent);
  const hidden = attentionFor(message(1), view, { ...choices, previews: false }, tabs, 0).notification;
  deepStrictEqual([hidden?.name, hidden?.preview, hidden?.conv], [null, null, conv]);
  const request = attentionFor(message(1), { ...view, standing: "request" }, choices, tabs, 0).notification;
  deepStrictEqual(request, { conv: null, message: null, name: null, preview: null, count: 1 }, "a stranger's text is not shown");
  deepStrictEqual(attentionFor(message(1), view, { ...choices, notifications: false, sounds: false }, tabs, 0), silent);
});

test("what is unread counts in conversations that are accepted and not muted", () => {
  const views = [view, { ...view, mutedUntil: 10 }, { ...view, standing: "request" as const }, { ...view, standing: "blocked" as const }];
  deepStrictEqual(countsOf(views, 9), { unread: 3, requests: 1 });
  deepStrictEqual(countsOf(views, 10), { unread: 6, requests: 1 });
});
