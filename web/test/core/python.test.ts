import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { encodeHex } from "../../src/core/bytes";
import { contentOf } from "../../src/core/content/content";
import { writeContent } from "../../src/core/content/writing";
import { montgomeryOf } from "../../src/core/crypto/curve";
import { signRegistration } from "../../src/core/envelopes/claims";
import { isSignatureValid, readEnvelope } from "../../src/core/envelopes/signed-envelope";
import { parseHandle, parseServerName } from "../../src/core/identity/handle";
import { identityOfSeed, newSeed, nkeyOf } from "../../src/core/identity/identity";
import { encodeNkeySeed } from "../../src/core/identity/nkey";
import { canonical } from "../../src/core/json/jcs";
import { readJsonText } from "../../src/core/json/reader";
import { sealMessage } from "../../src/core/messages/envelope";
import { readMessage } from "../../src/core/messages/reading";
import { SharedSecrets } from "../../src/core/messages/secrets";
import { emptyChain, extendChain, headOf } from "../../src/core/sigchain/chain";
import { signDeviceAdd, signLink } from "../../src/core/sigchain/signing";
import { timestampOf } from "../../src/core/timestamp";
import { bytesOfHex } from "../support/vectors";

/**
 * This implementation against the one in Python that the interop tests use (PyNaCl, cryptography, rfc8785), on data made
 * at random: what one makes the other reads, byte for byte. KEZ_SEED chooses other data.
 */
const python = ".tools/interop-venv/bin/python";
const skip = existsSync(python) ? false : "no .tools/interop-venv: run scripts/setup-interop";

function peer<Answer>(command: "make" | "check", input: unknown = null): Answer {
  const run = spawnSync(python, ["web/test/core/python_peer.py", command], { input: JSON.stringify(input), maxBuffer: 1 << 28 });
  assert.equal(run.status, 0, run.stderr?.toString());
  return JSON.parse(run.stdout.toString()) as Answer;
}

interface Made {
  readonly people: readonly {
    readonly seed: string; readonly other_seed: string; readonly primary: string; readonly nkey: string; readonly nkey_seed: string;
    readonly plaintext: string; readonly message: string; readonly registration: string;
    readonly chain: { readonly links: readonly string[]; readonly head: string };
  }[];
  readonly points: readonly (readonly [string, string | null])[];
  readonly documents: readonly (readonly [string, string])[];
}

test("what Python made is read as it was meant", { skip }, async () => {
  const made = peer<Made>("make");
  for (const each of made.people) {
    const [me, other] = await Promise.all([identityOfSeed(bytesOfHex(each.seed)), identityOfSeed(bytesOfHex(each.other_seed))]);
    assert.deepEqual([me.primary, nkeyOf(me.primary), encodeNkeySeed(bytesOfHex(each.seed))], [each.primary, each.nkey, each.nkey_seed]);
    const reading = await readMessage(bytesOfHex(each.message), me.primary, other.primary, other.primary, new SharedSecrets(other));
    assert.equal(reading.kind === "opened" && encodeHex(reading.plaintext), each.plaintext);
    assert.equal(await isSignatureValid(readEnvelope(bytesOfHex(each.registration))), true);
    const chain = await extendChain(emptyChain(me.primary), each.chain.links.map(bytesOfHex));
    assert.equal(headOf(chain), each.chain.head);
  }
  let usable = 0;
  for (const [point, expected] of made.points) {
    const key = montgomeryOf(bytesOfHex(point));
    assert.equal(key && encodeHex(key), expected, point);
    if (key) usable++;
  }
  assert.ok(usable > 5 && usable < made.points.length / 4, String(usable));
  for (const [text, expected] of made.documents) {
    const reading = readJsonText(text, 32);
    assert.ok(reading.ok, text);
    assert.equal(encodeHex(canonical(reading.value)), expected, text);
  }
});

test("what is made here Python reads as it was meant", { skip }, async () => {
  const [handle, server] = [parseHandle("somebody"), parseServerName("kez.lat")];
  assert.ok(handle && server);
  const made = [];
  const expected = [];
  for (let round = 0; round < 20; round++) {
    const [seed, otherSeed] = [newSeed(), newSeed()];
    const [me, other] = await Promise.all([identityOfSeed(seed), identityOfSeed(otherSeed)]);
    const createdAt = timestampOf(Date.now());
    const text = "é😀\u2028\"\\".repeat(round * 20);
    const plaintext = writeContent(contentOf({ kind: "text", text, replyTo: null }), 200_000);
    const message = await sealMessage(plaintext, { to: other.primary, createdAt }, await new SharedSecrets(me).with(other.primary), me);
    const first = await signLink("profile", { name: text.slice(0, 40), n: [1, 0.1, 1e21] }, emptyChain(me.primary), createdAt, me);
    const one = await extendChain(emptyChain(me.primary), [first]);
    const second = await signDeviceAdd(other, { name: "phone", capabilities: ["send"], expiresAt: null }, one, createdAt, me);
    const two = await extendChain(one, [second]);
    const registration = await signRegistration({ handle, server, createdAt }, me);
    made.push({
      seed: encodeHex(otherSeed), message: encodeHex(message), registration: encodeHex(registration), links: [first, second].map(encodeHex),
    });
    expected.push({ plaintext: encodeHex(plaintext), head: headOf(two) });
  }
  assert.deepEqual(peer("check", made), expected);
});
