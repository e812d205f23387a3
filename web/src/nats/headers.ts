/** A message's headers, as the official client's `MsgHdrs`: names match as they are written. */
import { InvalidArgumentError } from "./errors";

const version = "NATS/1.0";
const decoder = new TextDecoder();
const encoder = new TextEncoder();

export class MsgHdrs implements Iterable<[string, string[]]> {
  private readonly entries = new Map<string, string[]>();
  /** Of the status line, such as 503 for no responders; 0 without one. */
  readonly code: number;
  readonly description: string;

  constructor(code = 0, description = "") {
    this.code = code;
    this.description = description;
  }

  get hasError(): boolean {
    return this.code >= 300;
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The first value, or "". */
  get(name: string): string {
    return this.entries.get(name)?.[0] ?? "";
  }

  /** The last value, or "": brokers append theirs to those of the publisher. */
  last(name: string): string {
    return this.entries.get(name)?.at(-1) ?? "";
  }

  values(name: string): string[] {
    return [...(this.entries.get(name) ?? [])];
  }

  set(name: string, value: string): void {
    this.entries.set(checkedName(name), [checkedValue(value)]);
  }

  append(name: string, value: string): void {
    const values = this.entries.get(checkedName(name));
    if (values === undefined) this.set(name, value);
    else values.push(checkedValue(value));
  }

  delete(name: string): void {
    this.entries.delete(name);
  }

  keys(): string[] {
    return [...this.entries.keys()];
  }

  [Symbol.iterator](): Iterator<[string, string[]]> {
    return this.entries.entries();
  }

  encode(): Uint8Array {
    const lines = [...this.entries].flatMap(([name, values]) => values.map((value) => `${name}: ${value}\r\n`));
    return encoder.encode(`${version}\r\n${lines.join("")}\r\n`);
  }

  /** Reads a block of headers. Publishers make them and brokers do not check them, so a line that is none is passed over. */
  static decode(block: Uint8Array): MsgHdrs {
    const [first = "", ...lines] = decoder.decode(block).split("\r\n");
    const [, code = "0", description = ""] = /^NATS\/1\.0 +([0-9]{3}) *(.*)$/.exec(first) ?? [];
    const headers = new MsgHdrs(Number(code), description);
    if (!first.startsWith(version)) return headers;
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon < 1) continue;
      const name = line.slice(0, colon);
      const values = headers.entries.get(name) ?? [];
      values.push(line.slice(colon + 1).trim());
      headers.entries.set(name, values);
    }
    return headers;
  }
}

export function headers(): MsgHdrs {
  return new MsgHdrs();
}

function checkedName(name: string): string {
  if (!/^[!-9;-~]+$/.test(name)) throw new InvalidArgumentError("a header's name is visible ASCII without a colon");
  return name;
}

function checkedValue(value: string): string {
  if (/[\r\n]/.test(value)) throw new InvalidArgumentError("a header's value is one line");
  return value.trim();
}
