/** Keeps one session open: makes the first, and the next when one ends, with pauses that grow. */
import { backoff, reconnectLimits } from "./backoff";
import { AuthorizationError, ClosedConnectionError, ConnectionError } from "./errors";
import type { ConnectionOptions, ServerInfo, Status } from "./options";
import { Pause } from "./pause";
import { Session } from "./session";
import type { SessionEvents } from "./session";
import { noNetworkHints, systemTimers } from "./timers";
import { webSocketDial } from "./transport";

export interface LifelineEvents extends Omit<SessionEvents, "ended"> {
  /** A session has logged in; nothing was written to it yet. */
  up(session: Session, again: boolean): void;
  down(error: Error): void;
  tell(status: Status): void;
  /** No session follows. */
  over(error: Error | null): void;
}

/** A session that ended sooner did not help: the pauses go on growing. */
const stableAfter = 10_000;

export class Lifeline {
  private readonly options: ConnectionOptions;
  private readonly events: LifelineEvents;
  private readonly timers;
  private readonly forgetNetwork: () => void;
  private session: Session | null = null;
  /** The one that is being opened, if one is. */
  private opening: Session | null = null;
  private pause: Pause | null = null;
  private attempt = 0;
  private openedAt = 0;
  private refusals = 0;
  private closed = false;

  constructor(options: ConnectionOptions, events: LifelineEvents) {
    this.options = options;
    this.events = events;
    this.timers = options.timers ?? systemTimers;
    this.forgetNetwork = (options.network ?? noNetworkHints).onChange((online) => {
      // Either way a socket that is open may be dead, and only an answer proves the contrary.
      this.session?.probe();
      if (online) this.pause?.skip();
    });
  }

  get current(): Session | null {
    return this.session;
  }

  /** The first attempt; its failure is the caller's, unless it wants to wait. */
  async open(): Promise<void> {
    this.options.signal?.addEventListener("abort", this.aborted);
    if (this.options.signal?.aborted === true) this.close(null);
    try {
      if (this.closed) throw new ClosedConnectionError();
      await this.connect(false);
    } catch (failure) {
      if (this.options.waitOnFirstConnect !== true || this.closed) {
        this.close(null);
        throw failure;
      }
      await this.comeBack(asError(failure));
    }
  }

  /** Ends the session, if there is one, and makes the next without a pause. */
  hurry(): void {
    this.pause?.skip();
    if (this.session === null) return;
    this.attempt = 0;
    this.session.end(new ConnectionError("reconnecting as asked"));
    this.pause?.skip();
  }

  probe(): void {
    this.session?.probe();
    this.pause?.skip();
  }

  close(error: Error | null): void {
    if (this.closed) return;
    this.closed = true;
    this.forgetNetwork();
    this.options.signal?.removeEventListener("abort", this.aborted);
    this.pause?.skip();
    this.opening?.end(new ClosedConnectionError());
    this.session?.end(new ClosedConnectionError());
    this.session = null;
    this.events.over(error);
  }

  private readonly aborted = (): void => this.close(null);

  private async connect(again: boolean): Promise<void> {
    const { options, timers } = this;
    const session = await Session.open(
      {
        url: options.servers,
        dial: options.dial ?? webSocketDial,
        timers,
        // As long as the broker waits for a login to be decided.
        timeout: options.timeout ?? 15_000,
        pingInterval: options.pingInterval ?? 15_000,
        pongTimeout: options.pongTimeout ?? 5_000,
        login: (info) => this.login(info),
      },
      {
        message: (operation) => this.events.message(operation),
        info: (info) => this.events.info(info),
        error: (error) => this.events.error(error),
        ended: (error) => this.ended(error),
      },
      (begun) => (this.opening = begun),
    ).finally(() => (this.opening = null));
    if (this.closed) {
      session.end(new ClosedConnectionError());
      throw new ClosedConnectionError();
    }
    if (!session.isOpen) throw new ConnectionError("the connection ended as soon as it was made");
    this.session = session;
    this.openedAt = timers.now();
    this.refusals = 0;
    this.events.up(session, again);
  }

  private async login(info: ServerInfo): Promise<Readonly<Record<string, unknown>>> {
    const { authenticator, name, noEcho } = this.options;
    const auth = (await authenticator?.(info.nonce)) ?? {};
    return {
      verbose: false,
      pedantic: false,
      protocol: 1,
      lang: "kez-web",
      version: "1",
      headers: true,
      no_responders: true,
      echo: noEcho !== true,
      ...(name === undefined ? {} : { name }),
      ...auth,
    };
  }

  private ended(error: Error): void {
    if (this.session === null || this.closed) return;
    this.session = null;
    if (this.timers.now() - this.openedAt >= stableAfter) this.attempt = 0;
    this.events.down(error);
    if (this.options.reconnect === false) this.close(error);
    else this.comeBack(error).catch(() => {}); // Its end was told by `over`.
  }

  /** Tries until it is connected; rejects when it has given up or was closed. */
  private async comeBack(reason: Error): Promise<void> {
    let error = reason;
    const attempts = this.options.maxReconnectAttempts ?? -1;
    const delayOf = this.options.reconnectDelayHandler ?? ((attempt) => backoff(attempt, reconnectLimits));
    for (let made = 0; attempts < 0 || made < attempts; made += 1) {
      const attempt = this.attempt++;
      const delay = delayOf(attempt);
      this.pause = new Pause(delay, this.timers);
      this.events.tell({ type: "reconnecting", attempt, delay, error });
      await this.pause.over;
      this.pause = null;
      if (this.closed) throw new ClosedConnectionError();
      try {
        await this.connect(true);
        return;
      } catch (failure) {
        if (this.closed) throw failure;
        error = asError(failure);
      }
      this.refusals = error instanceof AuthorizationError ? this.refusals + 1 : 0;
      if (this.refusals >= 2 && this.options.ignoreAuthErrorAbort !== true) break;
    }
    this.close(error);
    throw error;
  }
}

function asError(failure: unknown): Error {
  return failure instanceof Error ? failure : new ConnectionError(String(failure));
}
