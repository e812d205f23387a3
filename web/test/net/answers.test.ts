/** Answers, events and copies as nobody should send them. No server is needed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeUtf8 } from "../../src/core/bytes";
import { KezError } from "../../src/core/errors";
import { identityOfSeed } from "../../src/core/identity/identity";
import { decodeBase64Url } from "../../src/core/bytes";
import { connect, type Dial, type WireEvents, systemTimers } from "../../src/nats/index";
import { headers } from "../../src/nats/headers";
import { MsgImpl } from "../../src/nats/message";
import { EventStreamParser, type StreamEvent } from "../../src/net/event-stream";
import { Feed } from "../../src/net/feed";
import { HttpCalls } from "../../src/net/http-calls";
import { readLiveCopy } from "../../src/net/live-copy";
import { nkeyAuthenticator } from "../../src/net/login";
import { PublicCalls } from "../../src/net/public-calls";
import { readAnswer, readConfig, readPage, readUser } from "../../src/net/readers";
import { ServerClock } from "../../src/net/server-clock";

const identity = identityOfSeed(new Uint8Array(32).fill(7));

function badAnswer(error: unknown): boolean {
  return error instanceof KezError && error.code === "bad_answer" && error.isRetriable;
}

const page = {
  messages: [{ seq: 3, from: null, envelope: { a: 1 }, received_at: "2026-01-01T00:00:00.000Z", more: 1 }],
  next: 3, has_more: false, oldest: 1, truncated: false, epoch: "e", unknown: {},
};

test("a page keeps the envelope's bytes, and members that are not known do not matter", () => {
  const text = JSON.stringify(page).replace('{"a":1}', '{ "a" : 1.0,\n"\\u00fc":"ü" }');
  const read = readAnswer(encodeUtf8(text), readPage);
  assert.equal(new TextDecoder().decode(read.messages[0]?.envelope), '{ "a" : 1.0,\n"\\u00fc":"ü" }');
  assert.deepEqual(Object.keys(read.messages[0] ?? {}), ["seq", "from", "envelope", "received_at"]);
});

test("answers that are none are told apart from refusals", () => {
  const [message] = page.messages;
  const bad: unknown[] = [
    null, [], 1, {}, { ...page, next: "3" }, { ...page, next: 1.5 }, { ...page, next: -1 }, { ...page, epoch: 1 },
    { ...page, has_more: null }, { ...page, messages: {} }, { ...page, messages: [{ ...message, seq: 2 ** 53 }] },
    { ...page, messages: [{ ...message, from: "ed25519:xx" }] }, { ...page, messages: [{ ...message, envelope: "x" }] },
  ];
  for (const each of bad) assert.throws(() => readAnswer(encodeUtf8(JSON.stringify(each)), readPage), badAnswer);
  for (const text of ["", "<html>", '{"a":1,"a":2}', "{} x", "\ufeff{}"]) {
    assert.throws(() => readAnswer(encodeUtf8(text), readUser), badAnswer, text);
  }
  assert.throws(() => readAnswer(new Uint8Array([0x7b, 0xff, 0x7d]), readUser), badAnswer);
});

test("a person of a name that nobody can register is no answer", async () => {
  const { primary } = await identity;
  const user = {
    handle: "paul", fqhn: "paul@kez.test", primary, sigchain_url: "", registered_at: "2026-01-01T00:00:00Z", sigchain: { length: 0, head: null },
  };
  const read = (change: Partial<typeof user>) => readAnswer(encodeUtf8(JSON.stringify({ ...user, ...change })), readUser);
  assert.deepEqual([read({}).handle, read({}).fqhn], ["paul", "paul@kez.test"]);
  for (const handle of ["", "Paul", "p\u0430ul", "\u202epaul", "pa\u200bul", "paul@kez.test"]) assert.throws(() => read({ handle }), badAnswer, handle);
  for (const fqhn of ["paul", "\u202epaul@kez.test", "paul@kez.test\u2066", "paul@kez.test@kez.test"]) assert.throws(() => read({ fqhn }), badAnswer, fqhn);
});

test("a config with limits of a newer server is read", () => {
  const config = readAnswer(encodeUtf8(JSON.stringify({
    server: "s", server_time: "t", protocol: { min: 1, max: 3 }, nats: "wss://s/nats", features: ["x"],
    registration: "by letter", tlog: null,
    limits: { a: 1, b: null, c: { burst: 1, per_second: 0.5 }, d: "?", __proto__x: 2, constructor: 3 },
  })), readConfig);
  assert.deepEqual({ ...config.limits }, { a: 1, b: null, c: { burst: 1, per_second: 0.5 }, __proto__x: 2, constructor: 3 });
  assert.equal(config.limits["toString"], undefined);
  assert.equal(config.registration, "by letter");
});

test("a proxy's page, a lost connection and silence each have their code", async () => {
  const calls = (answer: typeof fetch, deadline = 1000) =>
    new PublicCalls(new HttpCalls({ base: "", fetch: answer, timers: systemTimers, deadline }));
  const html = (status: number, extra = {}) => calls(() => Promise.resolve(new Response("<html>", { status, headers: extra })));
  const code = (expected: string, more: Partial<KezError> = {}) => (error: unknown) => {
    assert.ok(error instanceof KezError);
    assert.equal(error.code, expected);
    for (const [name, value] of Object.entries(more)) assert.equal(error[name as keyof KezError], value);
    return true;
  };
  await assert.rejects(html(200).config(), badAnswer);
  await assert.rejects(html(502).config(), code("unavailable", { isRetriable: true }));
  await assert.rejects(html(429, { "retry-after": "7" }).config(), code("rate_limited", { retryAfter: 7 }));
  await assert.rejects(calls(() => Promise.reject(new TypeError("failed"))).config(), code("offline", { isRetriable: true }));
  const silent: typeof fetch = (_, init) =>
    new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError"))));
  await assert.rejects(calls(silent, 50).config(), code("timeout", { isRetriable: true }));
});

const stream = encodeUtf8(
  '\ufeff: hello\n\nid: 5\nevent: message\ndata: {"ü":1}\n\nid:6\r\ndata:a\r\ndata: b\rdata\r\r\nevent: other\n\n:c\ndata: last\nfoo: x\n\ndata: cut',
);
const expected: StreamEvent[] = [
  { id: "5", event: "message", data: '{"ü":1}' },
  { id: "6", event: "message", data: "a\nb\n" },
  { id: "6", event: "message", data: "last" },
];

test("an event stream is read whole, and cut at every byte", () => {
  for (let cut = 0; cut <= stream.length; cut++) {
    const parser = new EventStreamParser();
    const read = [...parser.feed(stream.slice(0, cut)), ...parser.feed(stream.slice(cut))];
    assert.deepEqual(read, expected, `cut at ${cut}`);
  }
  const parser = new EventStreamParser();
  assert.deepEqual([...stream].flatMap((byte) => [...parser.feed(Uint8Array.of(byte))]), expected);
});

test("an event without an end is refused", () => {
  const parser = new EventStreamParser();
  assert.throws(() => {
    for (let i = 0; i < 100; i++) [...parser.feed(encodeUtf8("data: " + "x".repeat(100_000) + (i % 2 ? "\n" : "")))];
  }, RangeError);
});

test("a feed is bounded: the reader is told of a gap where copies were dropped", async () => {
  let stopped = 0;
  const feed = new Feed(() => (stopped += 1));
  const message = (seq: number) => ({
    kind: "message" as const, previous: null,
    message: { seq, from: null, envelope: new Uint8Array(0), received_at: "" },
  });
  for (let seq = 1; seq <= 5000; seq++) feed.push(message(seq));
  let last = 0;
  for (;;) {
    const { value } = await feed.next();
    if (value?.kind !== "message") {
      assert.equal(value?.kind, "gap");
      break;
    }
    assert.equal(value.message.seq, ++last);
  }
  assert.equal(last, 2000);
  const waiting = feed.next();
  feed.push(message(9));
  assert.equal((await waiting).value?.kind, "message");
  await feed.return();
  feed.close();
  assert.equal(stopped, 1);
  assert.equal((await feed.next()).done, true);
});

test("a live copy counts by the broker's headers, the last of each, and nothing else does", async () => {
  const { primary: me } = await identity;
  const hex = me.slice(8);
  const from = "ab".repeat(32);
  const good: [string, string][] = [
    ["Nats-Stream", `KEZ_LOG_${hex[0]}`], ["Nats-Sequence", "17"], ["Nats-Last-Sequence", "12"],
    ["Nats-Time-Stamp", "2026-05-25T03:00:00.123456789Z"],
  ];
  const read = (subject: string, entries: readonly [string, string][] | null) => {
    const block = headers();
    for (const [name, value] of entries ?? []) block.append(name, value);
    const operation = {
      op: "MSG" as const, subject, sid: 1, reply: null, payload: encodeUtf8("{}"),
      headers: entries === null ? null : block.encode(),
    };
    return readLiveCopy(new MsgImpl(operation, { publish: () => {} }), me);
  };
  const copy = read(`kez.inbox.${hex}.${from}`, good);
  assert.deepEqual(copy?.message, {
    seq: 17, from: `ed25519:${from}`, envelope: encodeUtf8("{}"), received_at: "2026-05-25T03:00:00.123Z",
  });
  assert.equal(copy?.previous, 12);
  assert.equal(read(`kez.inbox.${hex}.anon`, good)?.message.from, null);
  const forged: [string, string][] = [["Nats-Sequence", "1"], ["Nats-Stream", "KEZ_LOG_x"], ["Nats-Last-Sequence", "0"]];
  assert.equal(read(`kez.inbox.${hex}.${from}`, [...forged, ...good])?.message.seq, 17);
  assert.equal(read(`kez.inbox.${hex}.${from}`, [...good, ...forged]), null);
  assert.equal(read(`kez.inbox.${hex}.${from}`, null), null);
  for (let missing = 0; missing < good.length; missing++) {
    assert.equal(read(`kez.inbox.${hex}.${from}`, good.filter((_, at) => at !== missing)), null);
  }
  for (const subject of [`kez.inbox.${from}.${hex}`, `kez.inbox.${hex}.bob`, `kez.inbox.${hex}`, `kez.live.${hex}.${from}`, `kez.inbox.${hex}.${from}.x`]) {
    assert.equal(read(subject, good), null, subject);
  }
  for (const value of ["", "-1", "1.5", "1e3", "9007199254740993", "x"]) {
    assert.equal(read(`kez.inbox.${hex}.${from}`, [...good, ["Nats-Sequence", value]]), null, value);
  }
});

/** A server of one INFO: what a client sends after it. */
async function afterInfo(info: object): Promise<{ sent: string; error: unknown }> {
  let sent = "";
  const dial: Dial = (_, events: WireEvents) => {
    queueMicrotask(() => events.received(encodeUtf8(`INFO ${JSON.stringify({ max_payload: 1e6, headers: true, ...info })}\r\n`)));
    return { send: (bytes) => void (sent += new TextDecoder().decode(bytes)), close: () => {}, buffered: 0 };
  };
  const authenticator = nkeyAuthenticator(await identity);
  const error: unknown = await connect({ servers: "ws://x/", dial, authenticator, timeout: 150 }).catch((each: unknown) => each);
  return { sent, error };
}

test("a nonce is signed", async () => {
  const { sent } = await afterInfo({ nonce: "Abc_-0123456789" });
  const [, json = "{}"] = /^CONNECT (.*)\r\nPING\r\n$/.exec(sent) ?? [];
  const members = JSON.parse(json) as Record<string, unknown>;
  const key = await crypto.subtle.importKey("raw", Buffer.from((await identity).primary.slice(8), "hex"), "Ed25519", false, ["verify"]);
  const signature = decodeBase64Url(String(members["sig"])) ?? assert.fail();
  assert.ok(await crypto.subtle.verify("Ed25519", key, signature, encodeUtf8("Abc_-0123456789")));
  assert.match(String(members["nkey"]), /^U[A-Z2-7]{55}$/);
  assert.deepEqual([members["pass"], members["jwt"], members["auth_token"], members["user"]], Array(4).fill(undefined));
});

test("what is no nonce is not signed, and nothing is sent", async () => {
  const bad = [
    undefined, "", "short", "x".repeat(65), '{"type":"kez.chat.message"}', "GET\n/v1/inbox/alice\nsince=0\n1790000000",
    "abcdefgh\n", "abc def gh", "abcdefghü", "kez-device-v1\nx", "abcdefg=",
  ];
  for (const nonce of bad) {
    const { sent, error } = await afterInfo({ nonce });
    assert.equal(sent, "", String(nonce));
    assert.ok(error instanceof KezError && error.code === "login_refused", String(nonce));
  }
  assert.equal((await afterInfo({ nonce: 12345678 })).sent, "", "not even a number");
});

test("the server's clock is learnt from what it says, and nonsense is not", () => {
  const clock = new ServerClock(() => Date.parse("2026-01-01T00:00:00Z"));
  assert.equal(clock.learn("2026-01-01T00:00:03Z"), false, "near enough");
  assert.equal(clock.learn("tomorrow"), false);
  assert.equal(clock.learn("2026-01-01T01:00:00.500Z"), true);
  assert.equal(clock.learn("2026-01-01T01:00:01.500Z"), false, "learnt");
  assert.equal(clock.difference, 3600_500);
});
