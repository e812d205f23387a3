/** A real nats-server of a test's own: random ports, a temporary folder, ended with the test. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `false` to run, else why not: for the option `skip` of tests that need a broker. */
export const withoutBroker: string | false =
  process.env["NATS_SERVER"] === undefined ? "NATS_SERVER is not set"
    : typeof WebSocket === "undefined" ? "node runs without --experimental-websocket" : false;

export class Broker {
  private constructor(
    private process: ChildProcess,
    private readonly folder: string,
    readonly port: number,
  ) {}

  get url(): string {
    return `ws://127.0.0.1:${this.port}/`;
  }

  /** @param more further lines of the configuration */
  static async start(more = ""): Promise<Broker> {
    const folder = await mkdtemp(join(tmpdir(), "kez-broker-"));
    const ports = await Broker.launch(folder, -1, more);
    return new Broker(ports.process, folder, ports.port);
  }

  /** Stops it as an operator would. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill(signal);
    await ended;
  }

  /** SIGSTOP and SIGCONT: the sockets stay open and nothing comes from them. */
  freeze(): void {
    this.process.kill("SIGSTOP");
  }

  thaw(): void {
    this.process.kill("SIGCONT");
  }

  /** The next one, on the same port. */
  async restart(more = ""): Promise<void> {
    await this.stop();
    this.process = (await Broker.launch(this.folder, this.port, more)).process;
  }

  async remove(): Promise<void> {
    this.process.kill("SIGCONT");
    await this.stop("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }

  private static async launch(folder: string, port: number, more: string) {
    const configuration = join(folder, "nats.conf");
    for (const name of await readdir(folder)) {
      if (name.endsWith(".ports")) await rm(join(folder, name));
    }
    await writeFile(
      configuration,
      `host: 127.0.0.1\nport: -1\nwebsocket { host: 127.0.0.1, port: ${port}, no_tls: true }\n` +
        `ports_file_dir: ${JSON.stringify(folder)}\n${more}\n`,
    );
    const child = spawn(process.env["NATS_SERVER"] ?? "nats-server", ["-c", configuration], { stdio: "ignore" });
    const found = port > 0 ? await listening(port, child) : await websocketPort(folder, child);
    return { process: child, port: found };
  }
}

async function websocketPort(folder: string, child: ChildProcess): Promise<number> {
  for (let tries = 0; tries < 400; tries++) {
    const name = (await readdir(folder)).find((each) => each.endsWith(".ports"));
    const text = name === undefined ? "" : await readFile(join(folder, name), "utf8");
    const port = /"wss?:\/\/[^"]*:([0-9]+)"/.exec(text)?.[1];
    if (port !== undefined) return Number(port);
    if (child.exitCode !== null) throw new Error("nats-server ended");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("nats-server did not say where it listens");
}

async function listening(port: number, child: ChildProcess): Promise<number> {
  for (let tries = 0; tries < 400; tries++) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return port;
    } catch {
      if (child.exitCode !== null) throw new Error("nats-server ended");
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  throw new Error("nats-server did not come back");
}
