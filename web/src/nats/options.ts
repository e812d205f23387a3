/** What `connect` takes and what a connection tells; names as in the official client where it has them. */
import type { MsgHdrs } from "./headers";
import type { BoundedQueue } from "./queue";
import type { Dial } from "./transport";
import type { Network, Timers } from "./timers";

/** Members of CONNECT that prove who connects. */
export type Auth = Readonly<Record<string, string>>;

/**
 * Answers the server's nonce. Unlike the official client's it may take its time, for WebCrypto does. It throws to refuse:
 * what a nonce must look like before a key signs it is decided there.
 */
export type Authenticator = (nonce: string | undefined) => Auth | Promise<Auth>;

export interface ConnectionOptions {
  /** `ws://…` or `wss://…`. */
  readonly servers: string;
  readonly authenticator?: Authenticator;
  readonly name?: string;
  /** Without the dot behind it; default `_INBOX`. */
  readonly inboxPrefix?: string;
  readonly noEcho?: boolean;
  /** Milliseconds for one attempt to connect and log in. */
  readonly timeout?: number;
  /** Milliseconds of silence after which a PING is sent. */
  readonly pingInterval?: number;
  /** Milliseconds in which something must be heard after a PING; more when much was sent before it. */
  readonly pongTimeout?: number;
  readonly reconnect?: boolean;
  /** Attempts in a row; −1 for no end. */
  readonly maxReconnectAttempts?: number;
  /** Milliseconds before attempt n (0 for the first). */
  readonly reconnectDelayHandler?: (attempt: number) => number;
  /** Go on when the login is refused twice in a row. */
  readonly ignoreAuthErrorAbort?: boolean;
  /** Go on like after a loss when the first attempt fails, so that `connect` waits until there is a connection. */
  readonly waitOnFirstConnect?: boolean;
  /** Ends the connection, also while `connect` waits. Not in the official client, as is the next. */
  readonly signal?: AbortSignal;
  /** Hears every status, from before `connect` resolves on. */
  readonly onStatus?: (status: Status) => void;
  /** Messages that a subscription holds for its reader; beyond it new ones are lost, and the status tells. */
  readonly maxPendingMessages?: number;

  readonly dial?: Dial;
  readonly timers?: Timers;
  readonly network?: Network;
}

export interface ServerInfo {
  readonly server_id?: string;
  readonly version?: string;
  readonly nonce?: string;
  /** Bytes of a message with its headers. */
  readonly max_payload: number;
  readonly headers: boolean;
  readonly client_id?: number;
  /** The server is about to stop. */
  readonly ldm: boolean;
}

export interface Msg {
  readonly subject: string;
  readonly sid: number;
  readonly reply: string | undefined;
  readonly headers: MsgHdrs | undefined;
  readonly data: Uint8Array<ArrayBuffer>;
  string(): string;
  json<T = unknown>(): T;
  /** False when there is nobody to answer. */
  respond(payload?: Payload, options?: { headers?: MsgHdrs }): boolean;
}

export type Payload = Uint8Array | string;

export interface PublishOptions {
  readonly reply?: string;
  readonly headers?: MsgHdrs;
}

export interface RequestOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly headers?: MsgHdrs;
}

/** With an error, and no message, when the subscription was ended by one. */
export type SubscriptionCallback = (error: Error | null, message: Msg | null) => void;

export interface SubscriptionOptions {
  readonly queue?: string;
  /** Ends by itself after so many messages. */
  readonly max?: number;
  /** Instead of iterating; called with an error when the subscription was ended by one. */
  readonly callback?: SubscriptionCallback;
}

export interface Subscription extends AsyncIterable<Msg> {
  readonly closed: Promise<void | Error>;
  unsubscribe(max?: number): void;
  drain(): Promise<void>;
  isClosed(): boolean;
  isDraining(): boolean;
  getSubject(): string;
  getID(): number;
  getReceived(): number;
  getProcessed(): number;
  getPending(): number;
}

export type Status =
  | { readonly type: "disconnect"; readonly error: Error }
  /** The next attempt begins in `delay` milliseconds; `error` is why the last one, or the connection, ended. */
  | { readonly type: "reconnecting"; readonly attempt: number; readonly delay: number; readonly error: Error }
  | { readonly type: "reconnect" }
  | { readonly type: "staleConnection" }
  | { readonly type: "ldm" }
  | { readonly type: "error"; readonly error: Error }
  | { readonly type: "slowConsumer"; readonly sub: Subscription; readonly pending: number }
  | { readonly type: "close"; readonly error: Error | null };

export interface Stats {
  readonly inBytes: number;
  readonly outBytes: number;
  readonly inMsgs: number;
  readonly outMsgs: number;
}

export interface NatsConnection {
  readonly info: ServerInfo | undefined;
  /** Bytes that have not left yet. */
  readonly bufferedAmount: number;
  /** Resolves when the connection has ended for good, with the error if one ended it. */
  closed(): Promise<void | Error>;
  close(): Promise<void>;
  /** Ends subscriptions, waits for answers that are on the way, then closes. */
  drain(): Promise<void>;
  /** Throws `ConnectionError` while there is no connection: nothing is kept for later here. */
  publish(subject: string, payload?: Payload, options?: PublishOptions): void;
  /** Comes back by itself after a reconnect. */
  subscribe(subject: string, options?: SubscriptionOptions): Subscription;
  request(subject: string, payload?: Payload, options?: RequestOptions): Promise<Msg>;
  /** The server has read everything before it. */
  flush(): Promise<void>;
  rtt(): Promise<number>;
  /** Ends the socket and connects again at once; while that is going on anyway, without the pause. */
  reconnect(): Promise<void>;
  /** Finds out soon whether the connection still lives, and does not wait for the end of a pause. Not in the official client. */
  probe(): void;
  isClosed(): boolean;
  isDraining(): boolean;
  getServer(): string;
  status(): BoundedQueue<Status>;
  stats(): Stats;
}
