import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeUtf8 } from "../../src/core/bytes";
import { hexOf } from "../../src/core/identity/primary";
import * as subjects from "../../src/core/subjects";
import { person } from "../support/people";

const [ann, ben] = [(await person(1)).primary, (await person(2)).primary];
const [a, b] = [hexOf(ann), hexOf(ben)];

test("every subject is that of the protocol", () => {
  assert.equal(subjects.sendSubject(ben, ann), `kez.send.8.${b}.${a}`);
  assert.equal(subjects.inboxPattern(ann), `kez.inbox.${a}.>`);
  assert.equal(subjects.liveSubject(ben, ann), `kez.live.${b}.${a}`);
  assert.equal(subjects.registrySubject(ann, "by_primary"), `kez.rpc.${a}.registry.by_primary`);
  assert.equal(subjects.accountStatusSubject(ann), `kez.rpc.${a}.account.status`);
  assert.equal(subjects.inboxSubject(ann, "head"), `kez.rpc.${a}.inbox.8.head`);
  assert.equal(subjects.replyPrefix(ann), "_INBOX.UCFIRY65OQE7DFP5KLNS2PF2LVZMUZYJX4OZIEQ36N2IQANUB5XVZ45L");
  assert.equal(subjects.logStream(ann), "KEZ_LOG_8");
});

test("the sender of a live copy and of a signal is a token of the subject", () => {
  assert.equal(subjects.senderOfCopy(`kez.inbox.${a}.${b}`, ann), ben);
  assert.equal(subjects.senderOfCopy(`kez.inbox.${a}.anon`, ann), null);
  assert.equal(subjects.senderOfSignal(`kez.live.${a}.${b}`, ann), ben);
  const wrong = [`kez.inbox.${b}.${a}`, `kez.inbox.${a}`, `kez.inbox.${a}.${b}.x`, `kez.inbox.${a}.${b.toUpperCase()}`, `kez.inbox.${a}.*`, "", "a.b.c.d"];
  for (const subject of wrong) {
    assert.equal(subjects.senderOfCopy(subject, ann), undefined, subject);
    assert.equal(subjects.senderOfSignal(subject.replace("inbox", "live"), ann), undefined, subject);
  }
  assert.equal(subjects.senderOfSignal(`kez.live.${a}.anon`, ann), undefined);
});

test("the log knows a message again by its subject and bytes", async () => {
  const id = await subjects.logMessageId("kez.send.8.x.y", encodeUtf8("{}"));
  // printf 'kez.send.8.x.y\n{}' | sha256sum
  assert.equal(id, "873b1ef1d38e0469e5619034d77cd959440e569034cf2546f41178be41184a06");
});
