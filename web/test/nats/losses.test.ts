/** Connections that are lost, cut, frozen and refused, against a real broker. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import {
  AuthorizationError, connect, ConnectionError, type ConnectionOptions, type NatsConnection, type Network, type Status,
  UserAuthenticationExpiredError,
} from "../../src/nats/index";
import { Broker, withoutBroker } from "./broker";

const options = { skip: withoutBroker, timeout: 30_000 };
let broker: Broker;
let nc: NatsConnection | undefined;

beforeEach(async () => {
  if (withoutBroker === false) broker = await Broker.start();
});
afterEach(async () => {
  await nc?.close();
  nc = undefined;
  await broker?.remove();
});

async function open(more: Partial<ConnectionOptions> = {}): Promise<NatsConnection> {
  return (nc = await connect({ servers: broker.url, reconnectDelayHandler: () => 50, ...more }));
}

/** The next status of that type. */
async function until<Type extends Status["type"]>(statuses: AsyncIterator<Status>, type: Type) {
  for (;;) {
    const { value, done } = await statuses.next();
    if (done === true) assert.fail(`no ${type}`);
    if ((value as Status).type === type) return value as Status & { type: Type };
  }
}

test("comes back after a restart and hears again what it subscribed to", options, async () => {
  const connection = await open();
  const status = connection.status();
  const heard: string[] = [];
  connection.subscribe("a.*", { callback: (_, message) => void heard.push(message?.string() ?? "") });
  const gone = connection.subscribe("gone");
  gone.unsubscribe();
  await connection.flush();
  connection.publish("a.1", "before");
  await connection.flush();
  await broker.stop();
  await until(status, "disconnect");
  assert.throws(() => connection.publish("a.1", "lost"), ConnectionError);
  await assert.rejects(connection.request("a.1"), ConnectionError);
  const late = connection.subscribe("b");
  await broker.restart();
  await until(status, "reconnect");
  connection.publish("a.2", "after");
  connection.publish("b", "late");
  await connection.flush();
  assert.deepEqual(heard, ["before", "after"]);
  assert.equal(late.getReceived(), 1);
  connection.subscribe("echo", { callback: (_, message) => void message?.respond("x") });
  assert.equal((await connection.request("echo")).string(), "x", "requests work on the new connection");
});

test("requests on the way fail at once when the connection is lost", options, async () => {
  const connection = await open();
  connection.subscribe("silent", { callback: () => {} });
  await connection.flush();
  const began = Date.now();
  const waiting = assert.rejects(connection.request("silent", "", { timeout: 20_000 }), ConnectionError);
  const flushing = assert.rejects(broker.stop("SIGKILL").then(() => connection.flush()), ConnectionError);
  await Promise.all([waiting, flushing]);
  assert.ok(Date.now() - began < 10_000);
});

test("limits of messages count on over a reconnect", options, async () => {
  const connection = await open();
  const status = connection.status();
  const three = connection.subscribe("m", { max: 3 });
  connection.publish("m");
  await connection.flush();
  await connection.reconnect();
  await until(status, "reconnect");
  for (let i = 0; i < 5; i++) connection.publish("m");
  await connection.flush();
  assert.deepEqual([three.getReceived(), three.isClosed()], [3, true]);
});

test("a socket that went silent is noticed", options, async () => {
  const connection = await open({ pingInterval: 200, pongTimeout: 300, timeout: 1000 });
  const status = connection.status();
  broker.freeze();
  const began = Date.now();
  const { error } = await until(status, "disconnect");
  assert.equal(error.name, "StaleConnectionError");
  assert.ok(Date.now() - began < 3_000, "in seconds");
  broker.thaw();
  await until(status, "reconnect");
});

test("a quiet connection that lives is left alone", options, async () => {
  const connection = await open({ pingInterval: 50, pongTimeout: 1000 });
  const status = connection.status();
  await new Promise((resolve) => setTimeout(resolve, 600));
  await connection.close();
  const { value } = await status.next();
  assert.equal(value?.type, "close", "nothing before its end");
});

test("a change of the network asks whether the socket lives, and ends a pause", options, async () => {
  let change: (online: boolean) => void = () => {};
  const network: Network = { onChange: (changed) => ((change = changed), () => {}) };
  const connection = await open({ network, pingInterval: 60_000, pongTimeout: 200, reconnectDelayHandler: () => 60_000 });
  const status = connection.status();
  change(false);
  change(true);
  await connection.flush();
  broker.freeze();
  // It may answer once more before it stands still.
  const asking = setInterval(() => change(false), 250);
  await until(status, "disconnect");
  clearInterval(asking);
  broker.thaw();
  await until(status, "reconnecting");
  change(true);
  await until(status, "reconnect");
});

test("pauses grow, and a connection that does not last does not reset them", options, async () => {
  const attempts: number[] = [];
  const connection = await open({ reconnectDelayHandler: (attempt) => (attempts.push(attempt), 5) });
  const status = connection.status();
  for (let round = 0; round < 3; round++) {
    await broker.restart();
    await until(status, "reconnect");
  }
  assert.ok(attempts.length >= 3);
  assert.deepEqual(attempts, Array.from(attempts, (_, index) => index));
});

test("gives up after so many attempts, with the reason", options, async () => {
  const connection = await open({ maxReconnectAttempts: 2 });
  await broker.stop();
  assert.ok((await connection.closed()) instanceof ConnectionError);
  assert.throws(() => connection.publish("a"));
});

test("without reconnect the end is the end", options, async () => {
  const connection = await open({ reconnect: false });
  await broker.stop();
  assert.ok((await connection.closed()) instanceof Error);
});

test("waits for a server that is not up yet", options, async () => {
  await broker.stop();
  const seen: string[] = [];
  const opening = open({ waitOnFirstConnect: true, onStatus: (status) => seen.push(status.type) });
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.ok(seen.includes("reconnecting"));
  await broker.restart();
  await (await opening).flush();
});

const users = 'authorization { users = [ { user: a, password: b, permissions: { subscribe: ["a", "_INBOX.>"], publish: "a" } } ] }';

test("a refused login is told as one, and by default not tried for ever", options, async () => {
  await broker.restart(users);
  await assert.rejects(open({ authenticator: () => ({ user: "a", pass: "wrong" }) }), AuthorizationError);
  await assert.rejects(open(), AuthorizationError);
  let pass = "b";
  const connection = await open({ authenticator: () => ({ user: "a", pass }) });
  pass = "taken back";
  await connection.reconnect();
  assert.ok((await connection.closed()) instanceof AuthorizationError);
});

test("a login that is refused for a while comes back if it is to go on", options, async () => {
  await broker.restart(users);
  let pass = "b";
  const connection = await open({ authenticator: () => ({ user: "a", pass }), ignoreAuthErrorAbort: true });
  const status = connection.status();
  pass = "wrong";
  await connection.reconnect();
  for (let i = 0; i < 4; i++) await until(status, "reconnecting");
  pass = "b";
  await until(status, "reconnect");
});

test("a refused subscription is not asked for again", options, async () => {
  await broker.restart(users);
  const connection = await open({ authenticator: () => ({ user: "a", pass: "b" }) });
  const errors: string[] = [];
  const status = connection.status();
  connection.subscribe("forbidden", { callback: (error) => error !== null && errors.push(error.name) });
  await connection.flush();
  assert.deepEqual(errors, ["PermissionViolationError"]);
  await until(status, "error");
  await connection.reconnect();
  await until(status, "reconnect");
  await connection.flush();
  await connection.close();
  const { value } = await status.next();
  assert.equal(value?.type, "close", "no second refusal");
});

test("an authenticator that throws ends the attempt, and sees what the server has sent", options, async () => {
  const seen: unknown[] = [];
  const refusing = (nonce: string | undefined) => {
    seen.push(nonce);
    throw new Error("not this nonce");
  };
  await assert.rejects(open({ authenticator: refusing }), /not this nonce/);
  assert.deepEqual(seen, [undefined], "without nkey users there is no nonce");
});

test("a message too large for the server ends the connection, and the next one works", options, async () => {
  const connection = await open();
  const status = connection.status();
  await connection.flush();
  // Past the check of this side: as when the maximum is lowered by a reload.
  Object.defineProperty(connection.info, "max_payload", { value: 1e9 });
  connection.publish("a", new Uint8Array(2_000_000));
  // The server closes with bytes unread, so the network may drop its last words.
  const { error } = await until(status, "disconnect");
  assert.match(error.message, /maximum payload|cut/i);
  await until(status, "reconnect");
  await connection.flush();
});

test("the end of a login is an error of its own", () => {
  assert.ok(new UserAuthenticationExpiredError("x") instanceof AuthorizationError);
});
