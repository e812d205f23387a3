import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bytes, decodeUtf8Lossy, encodeUtf8 } from "../../src/core/bytes";
import { signEnvelope } from "../../src/core/envelopes/signing";
import { readEnvelope } from "../../src/core/envelopes/signed-envelope";
import type { Identity } from "../../src/core/identity/identity";
import type { DeviceCapability } from "../../src/core/sigchain/body";
import { activeDevices, emptyChain, extendChain, headOf, type Sigchain } from "../../src/core/sigchain/chain";
import { continuityOf, judgeChain, judgeKey, markOf } from "../../src/core/sigchain/continuity";
import { readLink } from "../../src/core/sigchain/link";
import { signDeviceAdd, signDeviceRevoke, signLink } from "../../src/core/sigchain/signing";
import { formatTimestamp, type Timestamp } from "../../src/core/timestamp";
import { RawJson, type Writable } from "../../src/core/json/writer";
import { codeOf } from "../support/errors";
import { person } from "../support/people";
import { stringOf, vector, vectors } from "../support/vectors";

const now: Timestamp = { seconds: 1_779_678_000, nanoseconds: 0 };
const later = (seconds: number): Timestamp => ({ seconds: now.seconds + seconds, nanoseconds: 0 });
const [ann, phone, tablet, eve] = (await Promise.all([1, 2, 3, 4].map(person))) as [Identity, Identity, Identity, Identity];
const empty = emptyChain(ann.primary);
const all: DeviceCapability[] = ["send", "profile", "link"];

const extended = (chain: Sigchain, link: Bytes) => extendChain(chain, [link]);

async function add(
  chain: Sigchain, device: Identity, capabilities: DeviceCapability[], signer: Identity, at = now, expiresAt: Timestamp | null = null,
): Promise<Sigchain> {
  return extended(chain, await signDeviceAdd(device, { name: "phone", capabilities, expiresAt }, chain, at, signer));
}

const revoke = async (chain: Sigchain, device: Identity, signer: Identity) =>
  extended(chain, await signDeviceRevoke(device.primary, null, chain, now, signer));

const link = (kind: string, chain: Sigchain, signer: Identity, members: { [name: string]: Writable } = {}, at = now) =>
  signLink(kind, members, chain, at, signer);

function swap(bytes: Bytes, text: string, other: string): Bytes {
  const before = decodeUtf8Lossy(bytes);
  assert.ok(before.includes(text), text);
  return encodeUtf8(before.replace(text, other));
}

test("the chain of the vectors verifies, link by link", async () => {
  let chain = empty;
  const links: Bytes[] = [];
  for (const entry of vectors("envelopes", "sigchain", "links")) {
    const bytes = entry.get("link")?.raw ?? assert.fail();
    links.push(bytes);
    chain = await extended(chain, bytes);
    assert.equal(headOf(chain), stringOf(entry, "head"));
  }
  assert.equal(vector("envelopes", "sigchain").get("seed")?.string, "01".repeat(32));
  assert.equal(chain.digests.length, 3);
  const device = chain.devices.get(phone.primary);
  assert.deepEqual([device?.name, device && [...device.capabilities], device?.addedAt], ["phone", ["send", "profile"], 2]);
  assert.equal(await codeOf(() => extendChain(empty, links.slice(1))), "stale_head");
  assert.equal(await codeOf(() => extendChain(emptyChain(eve.primary), links)), "bad_envelope");
  assert.equal(await codeOf(() => extendChain(empty, [links[0], links[0]] as Bytes[])), "stale_head");
});

test("links of the wrong form are refused by their code", async () => {
  const good = await link("profile", empty, ann);
  const cases: [Bytes, string | null][] = [
    [good, null], [new Uint8Array(), "bad_json"], [encodeUtf8("{}"), "bad_envelope"],
    [await signEnvelope("handle_release", { payload: 1 }, ann), "bad_envelope"], [swap(good, '"kind"', '"dnik"'), "bad_envelope"],
    [swap(good, '"seq":1', '"seq":"1"'), "bad_envelope"], [swap(good, '"prev":null', '"prev":"00"'), "bad_envelope"],
    [swap(good, '"prev":null,', ""), "bad_envelope"], [swap(good, '"body":{', '"body":[{').fill(0x5d, -1), "bad_json"],
    [swap(good, '"kez":"sigchain_link"', '"kez":"message"'), "bad_envelope"], [swap(good, "kez.sigchain.link", "kez.chat.message"), "bad_type"],
    [swap(good, '"version":1', '"version":2'), "bad_type"], [swap(good, '"kind":"profile"', '"kind":"proof"'), "bad_signature"],
    [swap(good, '{"kez"', '{"x":1e999,"kez"'), "bad_envelope"], [await link("profile", empty, ann, { x: "x".repeat(17_000) }), "too_large"],
  ];
  for (const [bytes, expected] of cases) assert.equal(await codeOf(() => readLink(bytes)), expected, decodeUtf8Lossy(bytes).slice(0, 200));
});

test("time does not go back in a chain", async () => {
  const chain = await extended(empty, await link("profile", empty, ann));
  const early = await link("profile", chain, ann, {}, later(-1));
  assert.equal(await codeOf(() => extended(chain, early)), "bad_link");
  const same = await link("profile", chain, ann);
  assert.equal(await codeOf(() => extended(chain, same)), null);
});

test("a stranger adds nothing, and a known kind has its shape", async () => {
  for (const kind of ["profile", "device_add", "device_revoke", "policy", "new"]) {
    const bytes = await link(kind, empty, eve);
    assert.equal(await codeOf(() => extended(empty, bytes)), "not_authorised", kind);
  }
  const wrong: [string, { [name: string]: Writable }][] = [
    ["device_add", {}], ["device_add", { device: "x" }], ["device_revoke", {}], ["device_revoke", { device: 5 }], ["policy", {}],
    ["policy", { min_message: -1 }], ["policy", { min_message: 1.5 }], ["policy", { min_message: 1, suites: [1] }],
    ["device_revoke", { device: phone.primary }], ["device_revoke", { device: phone.primary, reason: 5 }],
  ];
  for (const [kind, members] of wrong) {
    const bytes = await link(kind, empty, ann, members);
    assert.equal(await codeOf(() => extended(empty, bytes)), "bad_link", kind);
  }
});

test("an addition has its shape and the device's consent to this very place", async () => {
  const good = await signDeviceAdd(phone, { name: "phone", capabilities: ["send"], expiresAt: null }, empty, now, ann);
  const resigned = async (text: string, other: string) => {
    const payload = readEnvelope(swap(good, text, other)).payload;
    const members: Record<string, Writable> = {};
    for (const [name, member] of payload.members ?? []) members[name] = new RawJson(member.rawText);
    return signEnvelope("sigchain_link", members, ann);
  };
  const cases: [string, string, string | null][] = [
    ['"phone"', `"${"x".repeat(65)}"`, "bad_link"], ['"phone"', `"${"😀".repeat(64)}"`, null], ['["send"]', '["fly"]', "bad_link"],
    ['["send"]', '"send"', "bad_link"], ['"accept":"', '"accept":"00', "bad_link"], ['"name":"phone"', '"name":"phone","expires_at":"soon"', "bad_link"],
    ['"seq":1', '"seq":1,"_":0', null], [`"device":"${phone.primary}"`, `"device":"${tablet.primary}"`, "bad_link"],
  ];
  for (const [text, other, expected] of cases) {
    const bytes = await resigned(text, other);
    assert.equal(await codeOf(() => extended(empty, bytes)), expected, other);
  }
  const chain = await extended(empty, await link("profile", empty, ann));
  const elsewhere = readEnvelope(good).payload.get("body")?.get("accept")?.string ?? assert.fail();
  const moved = await link("device_add", chain, ann, { device: phone.primary, name: "p", can: ["send"], accept: elsewhere });
  assert.equal(await codeOf(() => extended(chain, moved)), "bad_link");
});

test("a device does what it may, and gives no more than it has", async () => {
  const chain = await add(empty, phone, ["send", "profile"], ann);
  assert.equal(await codeOf(async () => extended(chain, await link("profile", chain, phone))), null);
  for (const kind of ["policy", "new"]) {
    assert.equal(await codeOf(async () => extended(chain, await link(kind, chain, phone, { min_message: 1 }))), "not_authorised");
  }
  assert.equal(await codeOf(() => add(chain, tablet, ["send"], phone)), "not_authorised");
  const linking = await add(empty, phone, ["send", "link"], ann);
  assert.equal(await codeOf(() => add(linking, tablet, ["send"], phone)), null);
  assert.equal(await codeOf(() => add(linking, tablet, all, phone)), "not_authorised");
  assert.equal(await codeOf(async () => extended(linking, await link("profile", linking, phone))), "not_authorised");
});

test("a device is revoked by whom it may be, and never comes back", async () => {
  const one = await add(empty, phone, ["link", "send"], ann);
  const two = await add(one, tablet, ["link", "send"], ann);
  assert.equal(await codeOf(() => revoke(two, tablet, phone)), null);
  assert.equal(await codeOf(() => revoke(two, tablet, tablet)), null);
  assert.equal(await codeOf(() => revoke(two, phone, tablet)), "not_authorised");
  const without = await revoke(two, phone, ann);
  assert.deepEqual(activeDevices(without, now).map(({ key }) => key), [tablet.primary]);
  assert.equal(await codeOf(async () => extended(without, await link("profile", without, phone))), "not_authorised");
  assert.equal(await codeOf(() => revoke(without, phone, ann)), "bad_link");
  assert.equal(await codeOf(() => add(without, phone, ["send"], ann)), "key_taken");
  assert.equal(await codeOf(() => add(two, phone, ["send"], ann)), "bad_link");
  assert.equal(await codeOf(() => add(empty, ann, ["send"], ann)), "key_taken");
});

test("an expired device does nothing", async () => {
  const chain = await add(empty, phone, all, ann, now, later(60));
  const by = (seconds: number) => codeOf(async () => extended(chain, await link("profile", chain, phone, {}, later(seconds))));
  assert.equal(await by(59), null);
  assert.equal(await by(60), "not_authorised");
  assert.equal(activeDevices(chain, later(59)).length, 1);
  assert.equal(activeDevices(chain, later(60)).length, 0);
});

test("an identity has at most 32 devices at a time", async () => {
  let chain = empty;
  for (let number = 10; number < 42; number++) chain = await add(chain, await person(number), ["send"], ann);
  const next = await person(42);
  assert.equal(await codeOf(() => add(chain, next, ["send"], ann)), "bad_link");
  chain = await revoke(chain, await person(10), ann);
  assert.equal(await codeOf(() => add(chain, next, ["send"], ann)), null);
});

test("a chain that grew is trusted, one that shrank, forked or lies is an alarm", async () => {
  const first = await link("profile", empty, ann);
  const one = await extended(empty, first);
  const second = await link("proof", one, ann);
  const two = await extended(one, second);
  const other = await link("profile", empty, ann, { name: "Ann" });
  const fork = await extended(empty, other);
  const otherSecond = await link("proof", fork, ann);

  assert.deepEqual([continuityOf(two, markOf(two)), continuityOf(two, markOf(one)), continuityOf(two, markOf(empty))], ["same", "grew", "grew"]);
  assert.equal(continuityOf(one, markOf(two)), "shrank");
  assert.equal(continuityOf(fork, markOf(one)), "forked");

  const good = await judgeChain(ann.primary, [first, second], markOf(one));
  assert.deepEqual(good.verdict === "trusted" && good.mark, markOf(two));
  assert.equal((await judgeChain(ann.primary, [], null)).verdict, "trusted");
  const alarms: [Bytes[], Sigchain, string][] = [
    [[first], two, "shrank"], [[], one, "shrank"], [[other, otherSecond], two, "forked"], [[other, otherSecond], one, "forked"],
    [[first, otherSecond], one, "invalid"], [[second], empty, "invalid"], [[first, encodeUtf8("{}")], one, "invalid"],
  ];
  for (const [links, remembered, expected] of alarms) {
    const judged = await judgeChain(ann.primary, links, markOf(remembered));
    assert.equal(judged.verdict === "alarm" && judged.alarm.alarm, expected);
  }
});

test("an unknown kind is kept, and holds sending back if it is critical", async () => {
  const harmless = await extended(empty, await link("tombstone", empty, ann, { x: 1 }));
  assert.equal(harmless.hasUnknownCritical, false);
  const critical = await link("successor", harmless, ann, { crit: true });
  const chain = await extended(harmless, critical);
  assert.equal(chain.hasUnknownCritical, true);
  const judged = await judgeChain(ann.primary, [await link("tombstone", empty, ann, { x: 1 }), critical], markOf(harmless));
  assert.equal(judged.verdict, "held");
  const policy = await extended(empty, await link("policy", empty, ann, { min_message: 2, suites: ["a"] }));
  assert.equal(policy.minimumMessage, 2);
});

test("a handle that names another key is an alarm", () => {
  assert.equal(judgeKey(ann.primary, ann.primary), null);
  assert.deepEqual(judgeKey(ann.primary, eve.primary), { alarm: "other_key", pinned: ann.primary, shown: eve.primary });
});

test("links carry their time to the millisecond", async () => {
  const bytes = await link("profile", empty, ann);
  assert.ok(decodeUtf8Lossy(bytes).includes(`"created_at":"${formatTimestamp(now)}"`));
});
