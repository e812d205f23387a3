import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtocolError } from "../../src/nats/errors";
import { MsgHdrs } from "../../src/nats/headers";
import { type Operation, Parser } from "../../src/nats/parser";

const encoder = new TextEncoder();
const block = "NATS/1.0\r\nA: 1\r\n\r\n";
const stream = encoder.encode(
  'INFO {"server_id":"ä","max_payload":1048576}\r\nPING\r\nMSG a.b 7 5\r\nhe\r\no\r\nMSG a.b 12 _INBOX.x 0\r\n\r\n' +
    `HMSG c.é 3 _INBOX.y ${block.length} ${block.length + 4}\r\n${block}\r\n\r\n\r\n` +
    `HMSG d 4 ${block.length} ${block.length}\r\n${block}\r\n+OK\r\nPONG\r\n-ERR 'Stale Connection'\r\nmsg e\t5 1\r\nz\r\n`,
);

function plain(operations: Iterable<Operation>): unknown[] {
  const text = (bytes: Uint8Array | null) => (bytes === null ? null : new TextDecoder().decode(bytes));
  return [...operations].map((each) =>
    each.op === "MSG" ? { ...each, headers: text(each.headers), payload: text(each.payload) } : each,
  );
}

const expected = [
  { op: "INFO", json: '{"server_id":"ä","max_payload":1048576}' },
  { op: "PING" },
  { op: "MSG", subject: "a.b", sid: 7, reply: null, headers: null, payload: "he\r\no" },
  { op: "MSG", subject: "a.b", sid: 12, reply: "_INBOX.x", headers: null, payload: "" },
  { op: "MSG", subject: "c.é", sid: 3, reply: "_INBOX.y", headers: block, payload: "\r\n\r\n" },
  { op: "MSG", subject: "d", sid: 4, reply: null, headers: block, payload: "" },
  { op: "+OK" },
  { op: "PONG" },
  { op: "-ERR", text: "Stale Connection" },
  { op: "MSG", subject: "e", sid: 5, reply: null, headers: null, payload: "z" },
];

test("reads a stream that came in one piece", () => {
  assert.deepEqual(plain(new Parser().feed(stream)), expected);
});

test("reads a stream that is cut in two, at every byte", () => {
  for (let cut = 0; cut <= stream.length; cut++) {
    const parser = new Parser();
    const read = [...plain(parser.feed(stream.subarray(0, cut))), ...plain(parser.feed(stream.subarray(cut)))];
    assert.deepEqual(read, expected, `cut at ${cut}`);
  }
});

test("reads a stream byte by byte, from a buffer that is used again", () => {
  const parser = new Parser();
  const one = new Uint8Array(1);
  const operations: Operation[] = [];
  for (const byte of stream) {
    one[0] = byte;
    operations.push(...parser.feed(one));
  }
  assert.deepEqual(plain(operations), expected);
});

test("reads random cuts of a long stream", () => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const long = new Uint8Array(stream.length * 50);
  for (let at = 0; at < 50; at++) long.set(stream, at * stream.length);
  for (let round = 0; round < 50; round++) {
    const parser = new Parser();
    const operations: Operation[] = [];
    for (let at = 0; at < long.length; ) {
      const size = Math.floor(random() * 200);
      operations.push(...parser.feed(long.slice(at, at + size)));
      at += size;
    }
    assert.equal(operations.length, expected.length * 50);
  }
});

test("refuses what is not the protocol", () => {
  const bad = [
    "HELLO\r\n", "PING\n", "MSG a\r\n", "MSG a 1\r\n", "MSG a 1 b c 3\r\n", "MSG a x 3\r\n", "MSG a 1 -3\r\n",
    "MSG a 1 99999999\r\n", "HMSG a 1 9 3\r\n", "MSG a 1 1\r\nabc", "MSG a 1 3e1\r\n", "GET / HTTP/1.1\r\n",
  ];
  for (const text of bad) {
    assert.throws(() => [...new Parser().feed(encoder.encode(text))], ProtocolError, text);
  }
  const endless = new Parser({ line: 100, message: 100 });
  assert.throws(() => [...endless.feed(new Uint8Array(101).fill(65))], ProtocolError);
});

test("headers keep every value, in order, and the status", () => {
  const headers = MsgHdrs.decode(encoder.encode("NATS/1.0 503 No Responders\r\nA: 1\r\nB:x: y \r\nno header\r\nA: 2\r\n: 3\r\n\r\n"));
  assert.equal(headers.code, 503);
  assert.equal(headers.description, "No Responders");
  assert.equal(headers.hasError, true);
  assert.deepEqual(headers.values("A"), ["1", "2"]);
  assert.deepEqual([headers.get("A"), headers.last("A"), headers.get("B"), headers.get("C")], ["1", "2", "x: y", ""]);
  assert.deepEqual(headers.keys(), ["A", "B"]);
});

test("headers are written as they are read, and hold no line break", () => {
  const headers = new MsgHdrs();
  headers.set("A", "1");
  headers.append("A", "zwei ü");
  headers.append("B", "");
  const back = MsgHdrs.decode(headers.encode());
  assert.deepEqual([...back], [["A", ["1", "zwei ü"]], ["B", [""]]]);
  assert.throws(() => headers.set("A", "x\r\nEvil: 1"));
  assert.throws(() => headers.set("A\r\nEvil", "1"));
  assert.throws(() => headers.set("A:", "1"));
  assert.throws(() => headers.append("", "1"));
});

test("headers of a publisher that writes nonsense are no headers", () => {
  for (const text of ["", "\r\n\r\n", "HTTP/1.1 200 OK\r\nA: 1\r\n\r\n", "\u0000\u0001"]) {
    const headers = MsgHdrs.decode(encoder.encode(text));
    assert.deepEqual([headers.code, headers.keys()], [0, []]);
  }
});
