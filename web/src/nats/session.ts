/**
 * The life of one socket: dial, INFO, CONNECT, then lines both ways until it ends. It never comes back; `connection.ts`
 * makes the next one.
 */
import {
  ConnectionError, NatsError, PermissionViolationError, serverError, StaleConnectionError, TimeoutError,
} from "./errors";
import type { ServerError } from "./errors";
import { Heartbeat } from "./heartbeat";
import { readInfo } from "./info";
import type { ServerInfo } from "./options";
import { Parser } from "./parser";
import type { Operation } from "./parser";
import type { Timers } from "./timers";
import type { Dial, Wire } from "./transport";

export interface SessionOptions {
  readonly url: string;
  readonly dial: Dial;
  readonly timers: Timers;
  readonly timeout: number;
  readonly pingInterval: number;
  readonly pongTimeout: number;
  /** The members of CONNECT, in answer to INFO. */
  login(info: ServerInfo): Promise<Readonly<Record<string, unknown>>>;
}

/** What happens after the login; `ended` comes once, and last. */
export interface SessionEvents {
  message(operation: Operation & { op: "MSG" }): void;
  info(info: ServerInfo): void;
  error(error: ServerError): void;
  ended(error: Error): void;
}

const encoder = new TextEncoder();

export class Session {
  private readonly options: SessionOptions;
  private readonly events: SessionEvents;
  private readonly parser = new Parser();
  private readonly wire: Wire;
  private stage: "dialing" | "logging in" | "open" | "ended" = "dialing";
  private latest: ServerInfo | undefined;
  private heartbeat: Heartbeat | undefined;
  private outgoing: Uint8Array[] = [];
  private pongs: { resolve(): void; reject(error: Error): void }[] = [];
  /** What the server complained of last: why it closes, if it closes. */
  private complaint: ServerError | undefined;
  private opened: { resolve(): void; reject(error: Error): void } | undefined;
  private readonly cancelDeadline: () => void;
  bytesSent = 0;
  bytesReceived = 0;

  private constructor(options: SessionOptions, events: SessionEvents) {
    this.options = options;
    this.events = events;
    this.cancelDeadline = options.timers.after(options.timeout, () =>
      this.end(new TimeoutError(`not connected after ${options.timeout} ms`)),
    );
    this.wire = options.dial(options.url, {
      opened: () => {},
      received: (bytes) => this.received(bytes),
      ended: (code, reason) => this.end(this.complaint ?? new ConnectionError(closing(code, reason), code)),
    });
  }

  /** Resolves when the server has taken the login. `begun` is given the session at once, so that it can be ended. */
  static async open(
    options: SessionOptions, events: SessionEvents, begun: (session: Session) => void,
  ): Promise<Session> {
    const session = new Session(options, events);
    const opened = new Promise<void>((resolve, reject) => (session.opened = { resolve, reject }));
    begun(session);
    await opened;
    return session;
  }

  get info(): ServerInfo | undefined {
    return this.latest;
  }

  get buffered(): number {
    return this.wire.buffered;
  }

  get isOpen(): boolean {
    return this.stage === "open";
  }

  /** Sends lines in the order of the calls; those of one task leave in one frame. */
  write(...parts: readonly (Uint8Array | string)[]): void {
    if (this.stage === "ended") return;
    if (this.outgoing.length === 0) queueMicrotask(() => this.send());
    for (const part of parts) this.outgoing.push(typeof part === "string" ? encoder.encode(part) : part);
  }

  /** Resolves when the server has read what was written before. */
  flush(): Promise<void> {
    if (this.stage !== "open") return Promise.reject(new ConnectionError("not connected"));
    return new Promise((resolve, reject) => {
      this.pongs.push({ resolve, reject });
      this.heartbeat?.pinged();
      this.write("PING\r\n");
    });
  }

  /** Finds out soon whether the socket still lives. */
  probe(): void {
    this.heartbeat?.probe();
  }

  end(error: Error): void {
    if (this.stage === "ended") return;
    this.send();
    const wasOpen = this.stage === "open";
    this.stage = "ended";
    this.cancelDeadline();
    this.heartbeat?.stop();
    this.wire.close();
    for (const { reject } of this.pongs.splice(0)) reject(error);
    if (wasOpen) this.events.ended(error);
    else this.opened?.reject(error);
  }

  private send(): void {
    const parts = this.outgoing;
    if (parts.length === 0 || this.stage === "ended") return;
    this.outgoing = [];
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    this.bytesSent += bytes.length;
    this.heartbeat?.sent(bytes.length);
    this.wire.send(bytes);
  }

  private received(bytes: Uint8Array): void {
    if (this.stage === "ended") return;
    this.bytesReceived += bytes.length;
    this.heartbeat?.heard();
    try {
      for (const operation of this.parser.feed(bytes)) {
        this.handle(operation);
        // A handler may end the session: what follows is nobody's then.
        if (this.ended) return;
      }
    } catch (error) {
      this.end(error instanceof Error ? error : new NatsError(String(error)));
    }
  }

  private get ended(): boolean {
    return this.stage === "ended";
  }

  private handle(operation: Operation): void {
    switch (operation.op) {
      case "MSG":
        if (this.stage === "open") this.events.message(operation);
        return;
      case "PING":
        this.write("PONG\r\n");
        return;
      case "PONG":
        this.ponged();
        return;
      case "INFO":
        this.latest = readInfo(operation.json);
        if (this.stage === "dialing") void this.logIn(this.latest);
        else if (this.stage === "open") this.events.info(this.latest);
        return;
      case "-ERR":
        this.complained(serverError(operation.text));
        return;
      case "+OK":
        return;
    }
  }

  private complained(error: ServerError): void {
    // After a missing permission the connection goes on: if it ends, that was not why.
    if (!(error instanceof PermissionViolationError)) this.complaint = error;
    if (this.stage === "open") this.events.error(error);
    else this.end(error);
  }

  private async logIn(info: ServerInfo): Promise<void> {
    this.stage = "logging in";
    try {
      const members = await this.options.login(info);
      this.write(`CONNECT ${JSON.stringify(members)}\r\nPING\r\n`);
    } catch (error) {
      this.end(error instanceof Error ? error : new NatsError(String(error)));
    }
  }

  private ponged(): void {
    if (this.stage === "logging in") {
      this.stage = "open";
      this.cancelDeadline();
      this.heartbeat = new Heartbeat({
        interval: this.options.pingInterval,
        timeout: this.options.pongTimeout,
        timers: this.options.timers,
        ping: () => void this.flush().catch(() => {}),
        dead: () => this.end(new StaleConnectionError("the connection went silent")),
      });
      this.opened?.resolve();
      return;
    }
    this.heartbeat?.pong();
    this.pongs.shift()?.resolve();
  }
}

function closing(code: number, reason: string): string {
  if (reason !== "") return `the connection ended: ${reason}`;
  return code === 1006 ? "the connection was cut, or never made" : `the connection ended with code ${code}`;
}
