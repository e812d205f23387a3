import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { KezError } from "../../src/core/errors";
import { decodeNkeySeed } from "../../src/core/identity/nkey";
import { StorageError } from "../../src/store/rows";
import { newWorld } from "./host-world";
import { peer } from "./messages";

const code = (expected: string) => (error: unknown): boolean => error instanceof KezError && error.code === expected;

test("a first visit makes a key and registers it; a reload needs no network", async () => {
  const { registry, machine } = newWorld();
  const browser = machine();
  const { host, calls } = await browser.open();
  deepStrictEqual(host.shared.phase, { kind: "welcome", key: null });
  deepStrictEqual(await calls.checkHandle("@Alice "), { kind: "available" });
  const { recovery } = await calls.createIdentity("Alice", null);
  ok(decodeNkeySeed(recovery ?? "") !== null);
  strictEqual(host.shared.phase.kind, "ready");
  const { me } = host.shared;
  deepStrictEqual([me?.handle, me?.fqhn, me?.link], ["alice", "alice@kez.test", `https://kez.test/u/alice#${me?.primary}`]);
  strictEqual(host.shared.isRecoveryOwed, true);
  deepStrictEqual(await calls.checkHandle("alice"), { kind: "taken" });
  await host.stop();
  registry.isDown = true;
  const again = await browser.open();
  deepStrictEqual([again.host.shared.phase.kind, again.host.shared.me?.handle], ["ready", "alice"]);
  strictEqual(await again.calls.recoverySeed(null), recovery, "it can be written down as long as it was not given back");
  await rejects(again.calls.confirmRecovery("AAAAAAAA"), code("wrong_recovery"));
  await again.calls.confirmRecovery((recovery ?? "").slice(-8).toLowerCase());
  strictEqual(again.host.shared.isRecoveryOwed, false);
  await rejects(again.calls.recoverySeed(null), code("recovery_gone"));
});

test("a registration whose answer was lost has happened; one that was refused has not, and the key is kept for the next", async () => {
  const { registry, machine } = newWorld();
  registry.losesAnswer = true;
  const lost = await machine().signUp("alice");
  strictEqual(lost.host.shared.phase.kind, "ready");
  registry.losesAnswer = false;

  const browser = machine();
  const { host, calls } = await browser.open();
  await rejects(calls.createIdentity("alice", null), code("handle_taken"));
  registry.refusal = new KezError("invite_required");
  await rejects(calls.createIdentity("bob", null), code("invite_required"));
  registry.refusal = null;
  const { recovery } = await calls.createIdentity("bob", null);
  ok(recovery !== null, "its recovery key is shown all the same");
  strictEqual(host.shared.me?.handle, "bob");
  strictEqual(registry.byHandle.size, 2);
});

test("a visit that ended in the middle of the registration goes on with its key", async () => {
  const { registry, machine } = newWorld();
  const browser = machine();
  const { calls, host } = await browser.open();
  registry.register = async () => { throw new KezError("unavailable"); };
  await rejects(calls.createIdentity("alice", null), code("unavailable"));
  await host.stop();
  const next = await browser.open();
  ok(next.host.shared.phase.kind === "welcome" && next.host.shared.phase.key !== null);
  const key = next.host.shared.phase.key;
  // The server had it after all.
  registry.byHandle.set("alice", key);
  await next.host.stop();
  const third = await browser.open();
  deepStrictEqual([third.host.shared.phase.kind, third.host.shared.me?.primary, third.host.shared.isRecoveryOwed], ["ready", key, true]);
});

test("an identity is brought along, with its handle or without one", async () => {
  const { registry, machine } = newWorld();
  const { recovery, host } = await machine().signUp("alice");
  const second = await machine().open();
  await rejects(second.calls.importSeed("SUNONSENSE"), code("bad_recovery"));
  strictEqual(await second.calls.importSeed(` ${recovery.toLowerCase()} `), "ready");
  strictEqual(second.host.shared.me?.primary, host.shared.me?.primary);
  strictEqual(second.host.shared.isRecoveryOwed, false, "who brings it has it");
  await rejects(second.calls.importSeed(recovery), code("signed_in"));

  registry.byHandle.clear();
  const third = await machine().open();
  strictEqual(await third.calls.importSeed(recovery), "needs_handle");
  deepStrictEqual(third.host.shared.phase, { kind: "welcome", key: host.shared.me?.primary });
  deepStrictEqual(await third.calls.createIdentity("alice2", null), { recovery: null });
  strictEqual(third.host.shared.me?.handle, "alice2");
  const fourth = await machine().open();
  registry.byHandle.clear();
  await fourth.calls.importSeed(recovery);
  await fourth.calls.abandonKey();
  deepStrictEqual(fourth.host.shared.phase, { kind: "welcome", key: null });
});

test("with a passphrase there are no keys at rest, and none in memory once it is locked", async () => {
  const { machine } = newWorld();
  const browser = machine();
  const { host, calls, recovery } = await browser.signUp("alice");
  await rejects(calls.lock(), code("no_passphrase"));
  await calls.setPassphrase("correct horse", null);
  strictEqual(host.shared.me?.hasPassphrase, true);
  strictEqual((await browser.place.vault.load())?.form, "locked");
  await calls.confirmRecovery(recovery);
  await rejects(calls.recoverySeed("wrong"), code("wrong_passphrase"));
  strictEqual(await calls.recoverySeed("correct horse"), recovery);
  await rejects(calls.setPassphrase("other", "wrong"), code("wrong_passphrase"));
  await calls.setPassphrase("other", "correct horse");
  await calls.lock();
  deepStrictEqual([host.shared.phase.kind, host.shared.me, host.session], ["locked", null, null]);
  await rejects(calls.begin(peer), code("not_ready"));
  await rejects(calls.unlock("correct horse"), code("wrong_passphrase"));
  await calls.unlock("other");
  strictEqual(host.shared.phase.kind, "ready");
  await calls.setPassphrase(null, "other");
  strictEqual((await browser.place.vault.load())?.form, "open");
  await rejects(calls.setPassphrase("third", null), code("recovery_needed"));
  await rejects(calls.setPassphrase("third", (await machine().signUp("eve")).recovery), code("wrong_recovery"));
  await calls.setPassphrase("third", recovery);
});

test("the next tab to lead takes the keys over; without them it asks for the passphrase", async () => {
  const { machine } = newWorld();
  const browser = machine();
  const { host, calls } = await browser.signUp("alice");
  strictEqual(host.handedKeys, null, "what lies in the vault is not handed on");
  await calls.setPassphrase("secret", null);
  const keys = host.handedKeys;
  ok(keys !== null);
  await host.stop();
  const next = await browser.open(structuredClone(keys));
  strictEqual(next.host.shared.phase.kind, "ready");
  await next.host.stop();
  strictEqual((await browser.open()).host.shared.phase.kind, "locked");
});

test("signing out leaves nothing; releasing gives the handle back as well", async () => {
  const { registry, machine } = newWorld();
  const browser = machine();
  const { host, calls } = await browser.signUp("alice");
  await calls.signOut();
  deepStrictEqual(host.shared.phase, { kind: "welcome", key: null });
  strictEqual(await browser.place.vault.load(), undefined);
  deepStrictEqual(await browser.place.rows.scan("meta"), []);
  ok(registry.byHandle.has("alice"));
  await calls.createIdentity("bob", null);
  await calls.releaseHandle();
  strictEqual(registry.byHandle.has("bob"), false);
  strictEqual(host.shared.phase.kind, "welcome");
});

test("a storage that cannot be used is said to be so", async () => {
  const { machine } = newWorld();
  const browser = machine();
  const { calls, host } = await browser.signUp("alice");
  await host.session?.rows.write([{ kind: "put", store: "meta", id: "schema", value: 99 }]);
  await host.stop();
  const newer = await browser.open();
  deepStrictEqual(newer.host.shared.phase, { kind: "failed", reason: "storage_newer" });
  browser.place.vault.load = () => Promise.reject(new StorageError("failed", "broken"));
  deepStrictEqual((await browser.open()).host.shared.phase, { kind: "failed", reason: "storage_failed" });
  await rejects(calls.lock(), code("not_ready"));
});

test("rows whose key is gone open again with the recovery key, and with no other; else they are wiped", async () => {
  const { registry, machine } = newWorld();
  const browser = machine();
  const { host, calls, recovery } = await browser.signUp("alice");
  const other = await machine().signUp("other");
  const { id } = await calls.begin(peer);
  await host.stop();
  await browser.place.vault.erase();
  registry.isDown = true;
  const next = await browser.open();
  deepStrictEqual(next.host.shared.phase, { kind: "key_lost" });
  await rejects(next.calls.importSeed(other.recovery), code("wrong_recovery"));
  strictEqual(await next.calls.importSeed(recovery), "ready");
  deepStrictEqual([next.host.shared.me?.handle, next.host.snapshot.conversations.map((view) => view.id)], ["alice", [id]]);
  await next.host.stop();
  const again = await browser.open();
  strictEqual(again.host.shared.phase.kind, "ready", "the key is kept from now on");
  await again.host.stop();

  await browser.place.vault.erase();
  registry.isDown = false;
  const third = await browser.open();
  deepStrictEqual(third.host.shared.phase, { kind: "key_lost" });
  await third.calls.signOut();
  deepStrictEqual(third.host.shared.phase, { kind: "welcome", key: null });
  await third.calls.createIdentity("bob", null);
  strictEqual(third.host.shared.phase.kind, "ready");
});

test("a vault that holds nothing usable is a lost key: the recovery key brings everything back, or all is wiped", async () => {
  const { machine } = newWorld();
  const browser = machine();
  const { host, calls } = await browser.signUp("alice");
  const recovery = await calls.recoverySeed(null);
  const vault = await browser.place.vault.load();
  await host.stop();
  if (vault?.form === "open") await browser.place.vault.save({ ...vault, identity: { primary: "nobody" } });
  const next = await browser.open();
  deepStrictEqual(next.host.shared.phase, { kind: "key_lost" });
  strictEqual(await next.calls.importSeed(recovery), "ready");
  await next.host.stop();
  const again = await browser.open();
  deepStrictEqual(again.host.shared.phase, { kind: "ready" });
  await again.host.stop();
  if (vault?.form === "open") await browser.place.vault.save({ ...vault, identity: { primary: "nobody" } });
  const last = await browser.open();
  await last.calls.signOut();
  deepStrictEqual(last.host.shared.phase, { kind: "welcome", key: null });
});
