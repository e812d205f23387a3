import { MsgHdrs } from "./headers";
import type { Msg, NatsConnection, Payload } from "./options";
import type { Operation } from "./parser";

const decoder = new TextDecoder();

/** A message that came. Headers are read when they are asked for. */
export class MsgImpl implements Msg {
  private readonly operation: Operation & { op: "MSG" };
  private readonly connection: Pick<NatsConnection, "publish">;
  private decoded: MsgHdrs | undefined;

  constructor(operation: Operation & { op: "MSG" }, connection: Pick<NatsConnection, "publish">) {
    this.operation = operation;
    this.connection = connection;
  }

  get subject(): string {
    return this.operation.subject;
  }

  get sid(): number {
    return this.operation.sid;
  }

  get reply(): string | undefined {
    return this.operation.reply ?? undefined;
  }

  get headers(): MsgHdrs | undefined {
    if (this.operation.headers === null) return undefined;
    this.decoded ??= MsgHdrs.decode(this.operation.headers);
    return this.decoded;
  }

  get data(): Uint8Array<ArrayBuffer> {
    return this.operation.payload;
  }

  string(): string {
    return decoder.decode(this.data);
  }

  json<T = unknown>(): T {
    return JSON.parse(this.string()) as T;
  }

  respond(payload?: Payload, options: { headers?: MsgHdrs } = {}): boolean {
    if (this.operation.reply === null) return false;
    this.connection.publish(this.operation.reply, payload, options);
    return true;
  }
}
