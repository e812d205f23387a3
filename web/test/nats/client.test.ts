/** The client against a real broker; see `losses.test.ts` for what happens when that goes away. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  connect, ConnectionError, headers, InvalidArgumentError, MaxPayloadError, type NatsConnection, NoRespondersError,
  PermissionViolationError, type Status, TimeoutError,
} from "../../src/nats/index";
import { Broker, withoutBroker } from "./broker";

const options = { skip: withoutBroker, timeout: 20_000 };
let broker: Broker;

before(async () => {
  if (withoutBroker !== false) return;
  broker = await Broker.start(`
    max_payload: 100000
    authorization {
      default_permissions { publish: ["open.>", "_INBOX.>"], subscribe: ["open.>", "_INBOX.>"] }
      users = [ { user: plain, password: plain } ]
    }`);
});
after(() => broker?.remove());

function open(): Promise<NatsConnection> {
  return connect({ servers: broker.url, authenticator: () => ({ user: "plain", pass: "plain" }) });
}

test("publishes and hears, with headers and without", options, async () => {
  const nc = await open();
  const heard = nc.subscribe("open.a.*");
  const block = headers();
  block.set("X-Name", "wert");
  nc.publish("open.a.1", "hallo");
  nc.publish("open.a.2", new Uint8Array([1, 2, 3]), { headers: block, reply: "open.reply" });
  nc.publish("open.a.3");
  await nc.flush();
  const messages = [];
  for await (const message of heard) {
    messages.push(message);
    if (messages.length === 3) break;
  }
  assert.deepEqual(messages.map((each) => each.subject), ["open.a.1", "open.a.2", "open.a.3"]);
  assert.equal(messages[0]?.string(), "hallo");
  assert.equal(messages[0]?.headers, undefined);
  assert.deepEqual([...(messages[1]?.data ?? [])], [1, 2, 3]);
  assert.equal(messages[1]?.headers?.get("X-Name"), "wert");
  assert.equal(messages[1]?.reply, "open.reply");
  assert.equal(messages[2]?.data.length, 0);
  assert.equal(heard.isClosed(), true, "leaving the loop ends the subscription");
  assert.equal(nc.info?.max_payload, 100_000);
  await nc.close();
  assert.equal(await nc.closed(), undefined);
});

test("a request has one answer, and a late or strange one is nobody's", options, async () => {
  const [nc, other] = [await open(), await open()];
  other.subscribe("open.echo", { callback: (_, message) => void message?.respond(message.data) });
  other.subscribe("open.twice", {
    callback: (_, message) => {
      message?.respond("1");
      message?.respond("2");
    },
  });
  await other.flush();
  const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => nc.request("open.echo", String(i))));
  assert.deepEqual(answers.map((each) => each.string()), Array.from({ length: 500 }, (_, i) => String(i)));
  assert.equal((await nc.request("open.twice")).string(), "1");
  assert.equal((await nc.request("open.echo", "after")).string(), "after");
  await Promise.all([nc.close(), other.close()]);
});

test("reply subjects hold 128 random bits a request and are heard by one connection only", options, async () => {
  const [nc, other] = [await open(), await open()];
  const replies: string[] = [];
  other.subscribe("open.look", {
    callback: (_, message) => {
      replies.push(message?.reply ?? "");
      message?.respond("x");
    },
  });
  await other.flush();
  await Promise.all([nc.request("open.look"), nc.request("open.look"), other.request("open.look")]);
  const parts = replies.map((each) => /^_INBOX\.([0-9a-f]{32})\.([0-9a-f]{32})$/.exec(each)?.slice(1) ?? []);
  assert.equal(new Set(parts.map(([, token]) => token)).size, 3);
  assert.equal(new Set(parts.map(([prefix]) => prefix)).size, 2, "one prefix a connection");
  await Promise.all([nc.close(), other.close()]);
});

test("a request to nobody fails at once, one to silence after its time", options, async () => {
  const nc = await open();
  await assert.rejects(nc.request("open.nobody"), NoRespondersError);
  nc.subscribe("open.silent", { callback: () => {} });
  await nc.flush();
  await assert.rejects(nc.request("open.silent", "", { timeout: 80 }), TimeoutError);
  await nc.close();
});

test("what is not permitted fails the request, ends the subscription and leaves the connection", options, async () => {
  const nc = await open();
  const errors = nc.status();
  const heard = nc.subscribe("secret.>");
  await assert.rejects(async () => {
    for await (const message of heard) assert.fail(message.subject);
  }, PermissionViolationError);
  assert.ok((await heard.closed) instanceof PermissionViolationError);
  await assert.rejects(nc.request("secret.x", "", { timeout: 5000 }), (error) => {
    return error instanceof PermissionViolationError && error.subject === "secret.x" && error.operation === "publish";
  });
  nc.publish("secret.y");
  await nc.flush();
  const seen: Status[] = [];
  for await (const status of errors) if (seen.push(status) === 3) break;
  assert.deepEqual(seen.map((each) => each.type), ["error", "error", "error"]);
  assert.equal(nc.isClosed(), false);
  await nc.close();
});

test("a payload beyond the server's maximum is refused here, and one at it passes", options, async () => {
  const nc = await open();
  const heard = nc.subscribe("open.large");
  assert.throws(() => nc.publish("open.large", new Uint8Array(100_001)), MaxPayloadError);
  const block = headers();
  block.set("A", "1");
  assert.throws(() => nc.publish("open.large", new Uint8Array(99_990), { headers: block }), MaxPayloadError);
  await assert.rejects(nc.request("open.large", new Uint8Array(100_001)), MaxPayloadError);
  nc.publish("open.large", new Uint8Array(100_000));
  await nc.flush();
  assert.equal(heard.getReceived(), 1);
  await nc.close();
});

test("subjects that would be another line are refused here", options, async () => {
  const nc = await open();
  for (const subject of ["", "a b", "a\r\nPING", "a..b", ".a", "a.", "a\tb", "a.*", "a.>", "\u0000"]) {
    assert.throws(() => nc.publish(subject), InvalidArgumentError, JSON.stringify(subject));
    assert.throws(() => nc.publish("open.a", "", { reply: subject }), InvalidArgumentError, JSON.stringify(subject));
  }
  for (const subject of ["", "a b", "a\r\nPING", "a..b"]) {
    assert.throws(() => nc.subscribe(subject), InvalidArgumentError, JSON.stringify(subject));
    assert.throws(() => nc.subscribe("open.a", { queue: subject }), InvalidArgumentError, JSON.stringify(subject));
  }
  await nc.close();
});

test("max, unsubscribe and queue groups", options, async () => {
  const nc = await open();
  const three = nc.subscribe("open.m", { max: 3 });
  const two = nc.subscribe("open.m");
  two.unsubscribe(2);
  const none = nc.subscribe("open.m");
  none.unsubscribe();
  const group = [nc.subscribe("open.m", { queue: "g" }), nc.subscribe("open.m", { queue: "g" })];
  for (let i = 0; i < 5; i++) nc.publish("open.m", String(i));
  await nc.flush();
  assert.deepEqual([three, two, none].map((each) => [each.getReceived(), each.isClosed()]), [[3, true], [2, true], [0, true]]);
  assert.equal(group.reduce((sum, each) => sum + each.getReceived(), 0), 5);
  await nc.close();
});

test("a reader that lags loses what is new, and the status tells", options, async () => {
  const nc = await connect({
    servers: broker.url, authenticator: () => ({ user: "plain", pass: "plain" }), maxPendingMessages: 10,
  });
  const status = nc.status();
  const heard = nc.subscribe("open.slow");
  for (let i = 0; i < 25; i++) nc.publish("open.slow", String(i));
  await nc.flush();
  assert.equal(heard.getPending(), 10);
  const { value } = await status.next();
  assert.equal(value?.type, "slowConsumer");
  const read: string[] = [];
  for await (const message of heard) if (read.push(message.string()) === 10) break;
  assert.deepEqual(read, Array.from({ length: 10 }, (_, i) => String(i)));
  await nc.close();
});

test("drain lets what is on the way arrive, then closes", options, async () => {
  const [nc, other] = [await open(), await open()];
  const heard = nc.subscribe("open.d");
  other.subscribe("open.late", { callback: (_, message) => void setTimeout(() => message?.respond("late"), 100) });
  await Promise.all([nc.flush(), other.flush()]);
  const answer = nc.request("open.late");
  for (let i = 0; i < 100; i++) other.publish("open.d", String(i));
  await other.flush();
  const drained = nc.drain();
  assert.equal(nc.isDraining(), true);
  assert.throws(() => nc.subscribe("open.x"));
  assert.equal((await answer).string(), "late");
  await drained;
  assert.equal(nc.isClosed(), true);
  let read = 0;
  for await (const _ of heard) read += 1;
  assert.equal(read, 100);
  await other.close();
});

test("a callback that throws does not end the connection", options, async () => {
  const nc = await open();
  const thrown: unknown[] = [];
  const hear = (error: unknown) => thrown.push(error);
  process.prependOnceListener("uncaughtException", hear);
  const rest = process.listeners("uncaughtException").filter((each) => each !== hear);
  for (const each of rest) process.off("uncaughtException", each);
  nc.subscribe("open.t", {
    callback: () => {
      throw new Error("a mistake");
    },
  });
  nc.publish("open.t");
  await nc.flush();
  await nc.flush();
  for (const each of rest) process.on("uncaughtException", each);
  assert.deepEqual(thrown.map(String), ["Error: a mistake"]);
  assert.equal(nc.isClosed(), false);
  await nc.close();
});

test("after close nothing works, and it says so", options, async () => {
  const nc = await open();
  const heard = nc.subscribe("open.z");
  const waiting = nc.request("open.z", "", { timeout: 5000 });
  await nc.close();
  await assert.rejects(waiting);
  for await (const message of heard) assert.fail(message.subject);
  assert.throws(() => nc.publish("open.z"));
  assert.throws(() => nc.subscribe("open.z"));
  await assert.rejects(nc.flush());
  await assert.rejects(nc.request("open.z"));
  await assert.rejects(nc.drain());
  await nc.close();
});

test("a server that is not there, or no WebSocket, fails the first attempt", options, async () => {
  await assert.rejects(connect({ servers: "ws://127.0.0.1:9/", timeout: 3000 }), ConnectionError);
  const abort = new AbortController();
  const endless = connect({ servers: "ws://127.0.0.1:9/", waitOnFirstConnect: true, signal: abort.signal });
  setTimeout(() => abort.abort(), 50);
  await assert.rejects(endless);
});
