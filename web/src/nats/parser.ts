/**
 * Reads the server's half of the NATS protocol from a stream of bytes that may be split anywhere. A WebSocket's frames
 * mean nothing: one holds many lines or a part of one.
 */
import { ProtocolError } from "./errors";

export type Operation =
  | { readonly op: "INFO"; readonly json: string }
  | {
      readonly op: "MSG";
      readonly subject: string;
      readonly sid: number;
      readonly reply: string | null;
      /** The header block from `NATS/1.0` to its empty line; null for a MSG. */
      readonly headers: Uint8Array | null;
      readonly payload: Uint8Array<ArrayBuffer>;
    }
  | { readonly op: "PING" | "PONG" | "+OK" }
  | { readonly op: "-ERR"; readonly text: string };

export interface ParserLimits {
  /** Bytes of a line: an INFO of a large cluster fits. */
  readonly line: number;
  /** Bytes of a payload with its headers. */
  readonly message: number;
}

export const parserLimits: ParserLimits = { line: 256 * 1024, message: 16 * 1024 * 1024 };

interface Pending {
  readonly subject: string;
  readonly sid: number;
  readonly reply: string | null;
  readonly headerSize: number | null;
  /** Headers, payload and the line end behind them; filled as bytes come. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  filled: number;
}

const CR = 13;
const LF = 10;
const decoder = new TextDecoder();

export class Parser {
  private readonly limits: ParserLimits;
  /** The part of a line that came in earlier chunks. */
  private line: Uint8Array = new Uint8Array(0);
  private pending: Pending | null = null;

  constructor(limits: ParserLimits = parserLimits) {
    this.limits = limits;
  }

  /**
   * The operations that `chunk` completes; what it begins is kept (as a copy) for the next call.
   *
   * @throws ProtocolError; the parser is of no use afterwards
   */
  *feed(chunk: Uint8Array): Generator<Operation, void, void> {
    let at = 0;
    while (at < chunk.length) {
      if (this.pending !== null) {
        const { bytes, filled } = this.pending;
        const part = chunk.subarray(at, at + bytes.length - filled);
        bytes.set(part, filled);
        this.pending.filled += part.length;
        at += part.length;
        if (this.pending.filled === bytes.length) yield this.message(this.pending);
        continue;
      }
      const end = chunk.indexOf(LF, at);
      const part = chunk.subarray(at, end < 0 ? chunk.length : end + 1);
      if (this.line.length + part.length > this.limits.line) throw new ProtocolError("a line too long");
      at += part.length;
      const line = this.line.length === 0 ? part : concatenate(this.line, part);
      if (end < 0) {
        this.line = line.slice();
        continue;
      }
      this.line = new Uint8Array(0);
      if (line[line.length - 2] !== CR) throw new ProtocolError("a line end without CR");
      const operation = this.begin(decoder.decode(line.subarray(0, line.length - 2)));
      if (operation !== null) yield operation;
    }
  }

  /** What a line says; null when a payload follows it. */
  private begin(line: string): Operation | null {
    const space = line.search(/[ \t]/);
    const word = (space < 0 ? line : line.slice(0, space)).toUpperCase();
    const rest = space < 0 ? "" : line.slice(space + 1).trim();
    switch (word) {
      case "MSG":
      case "HMSG":
        this.pending = this.expect(word, rest.split(/[ \t]+/));
        return null;
      case "PING":
      case "PONG":
      case "+OK":
        return { op: word };
      case "-ERR":
        return { op: "-ERR", text: rest.replace(/^'(.*)'$/s, "$1") };
      case "INFO":
        return { op: "INFO", json: rest };
      default:
        throw new ProtocolError(`an unknown operation "${word.slice(0, 20)}"`);
    }
  }

  private expect(word: "MSG" | "HMSG", fields: readonly string[]): Pending {
    const sizes = word === "MSG" ? 1 : 2;
    const [subject, sid] = fields;
    const numbers = fields.slice(-sizes).map(number);
    const total = numbers[sizes - 1];
    const headerSize = word === "HMSG" ? (numbers[0] ?? 0) : null;
    const names = fields.length - sizes;
    if (subject === undefined || sid === undefined || total === undefined || names < 2 || names > 3) {
      throw new ProtocolError(`a bad ${word} line`);
    }
    if (total > this.limits.message || (headerSize ?? 0) > total) throw new ProtocolError("a message too large");
    const reply = names === 3 ? (fields[2] ?? null) : null;
    return { subject, sid: number(sid), reply, headerSize, bytes: new Uint8Array(total + 2), filled: 0 };
  }

  private message({ subject, sid, reply, headerSize, bytes }: Pending): Operation {
    this.pending = null;
    const end = bytes.length - 2;
    if (bytes[end] !== CR || bytes[end + 1] !== LF) throw new ProtocolError("a payload without its line end");
    const headers = headerSize === null ? null : bytes.subarray(0, headerSize);
    return { op: "MSG", subject, sid, reply, headers, payload: bytes.subarray(headerSize ?? 0, end) };
  }
}

function number(text: string): number {
  if (!/^[0-9]{1,10}$/.test(text)) throw new ProtocolError("a number that is none");
  return Number(text);
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
