/** A real `kez up` of a test's own: free ports, a temporary folder, ended with the test. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { openSync, closeSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Bytes, encodeHex, randomBytes } from "../../src/core/bytes";
import { signRegistration } from "../../src/core/envelopes/claims";
import { signEnvelope } from "../../src/core/envelopes/signing";
import { type Handle, parseHandle, parseServerName, type ServerName } from "../../src/core/identity/handle";
import { type Identity, identityOfSeed, newSeed } from "../../src/core/identity/identity";
import type { Primary } from "../../src/core/identity/primary";
import { formatTimestamp, timestampOf } from "../../src/core/timestamp";
import { HttpCalls } from "../../src/net/http-calls";
import type { Account } from "../../src/net/login";
import { PublicCalls } from "../../src/net/public-calls";
import { systemTimers } from "../../src/nats/index";

const binary = process.env["KEZ_BINARY"];
const broker = process.env["NATS_SERVER"];

/** `false` to run, else why not: for the option `skip` of tests that need the whole system. */
export const withoutStack: string | false =
  binary === undefined || broker === undefined ? "KEZ_BINARY or NATS_SERVER is not set"
    : typeof WebSocket === "undefined" ? "node runs without --experimental-websocket" : false;

export interface Person extends Account {
  readonly handle: Handle;
  readonly primary: Primary;
}

const server = parseServerName("kez.test") as ServerName;
const listeners = ["bind", "internal-bind", "sigchain-bind", "nats-listen", "nats-websocket-listen", "nats-monitor-listen"];

export class Stack {
  private constructor(
    private process: ChildProcess,
    private readonly folder: string,
    private readonly words: readonly string[],
    private readonly ports: Readonly<Record<string, number>>,
  ) {}

  readonly server = server;

  get base(): string {
    return `http://127.0.0.1:${this.ports["bind"]}`;
  }

  get websocket(): string {
    return `ws://127.0.0.1:${this.ports["bind"]}/nats`;
  }

  get calls(): PublicCalls {
    return new PublicCalls(new HttpCalls({ base: this.base, fetch, timers: systemTimers }));
  }

  static async start(options: Readonly<Record<string, string>> = {}): Promise<Stack> {
    const folder = await mkdtemp(join(tmpdir(), "kez-stack-"));
    const ports = Object.fromEntries(await Promise.all(listeners.map(async (name) => [name, await freePort()] as const)));
    const flags: Record<string, string> = {
      data: join(folder, "data"), "nats-server": broker ?? "nats-server", server,
      "limit-registrations": "off", "limit-http": "off",
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, `127.0.0.1:${port}`])),
      ...options,
    };
    const words = ["up", ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])];
    const stack = new Stack(launch(folder, words), folder, words, ports);
    await stack.healthy();
    return stack;
  }

  /** SIGTERM; the broker goes too. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    await ended;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.process = launch(this.folder, this.words);
    await this.healthy();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** An operator's command. */
  async command(...words: string[]): Promise<void> {
    const at = ["--data", join(this.folder, "data"), "--nats", `nats://127.0.0.1:${this.ports["nats-listen"]}`];
    await promisify(execFile)(binary ?? "kez", [...words, ...at], { env: environment() });
  }

  /** Somebody who has just registered. */
  async person(): Promise<Person> {
    const identity = await identityOfSeed(newSeed());
    const handle = parseHandle(`w${encodeHex(randomBytes(8))}`) as Handle;
    await this.calls.register(await signRegistration({ handle, server, createdAt: timestampOf(Date.now()) }, identity));
    return { identity, handle, server, primary: identity.primary };
  }

  private async healthy(): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (this.process.exitCode !== null) break;
      const answer = await fetch(`${this.base}/v1/healthz`).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const log = await readFile(join(this.folder, "log"), "utf8");
    await this.remove();
    throw new Error(`kez up is not healthy:\n${log.slice(-4000)}`);
  }
}

function launch(folder: string, words: readonly string[]): ChildProcess {
  const log = openSync(join(folder, "log"), "a");
  const child = spawn(binary ?? "kez", words, { stdio: ["ignore", log, log], env: environment() });
  closeSync(log);
  return child;
}

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("KEZ_")));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** An envelope that the server takes; nobody opens it. `more` adds to the payload. */
export function envelope(from: Identity, to: Primary, more: Record<string, string> = {}): Promise<Bytes> {
  const members = {
    id: encodeHex(randomBytes(16)), from: from.primary, to, nonce: "AAAAAAAAAAAAAAAA",
    ciphertext: "AAAAAAAAAAAAAAAAAAAAAA==", created_at: formatTimestamp(timestampOf(Date.now())), ...more,
  };
  return signEnvelope("message", members, from);
}
