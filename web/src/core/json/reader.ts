import { decodeUtf8, isHex } from "../bytes";
import { JsonError, type JsonProblem } from "./errors";
import { type JsonKind, JsonValue } from "./value";

export type JsonReading =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly error: JsonError };

/**
 * Reads `bytes` as one JSON text, strictly: what RFC 8259 forbids is refused, and so are duplicate member names,
 * lone surrogates, invalid UTF-8, a byte order mark, trailing text and too deep nesting. `JSON.parse` would take most
 * of these, and two readers would see two messages in one.
 *
 * @param maximumDepth levels of arrays and objects: `limits.envelopeDepth` or `limits.bodyDepth`
 */
export function readJson(bytes: Uint8Array, maximumDepth: number): JsonReading {
  const text = decodeUtf8(bytes);
  if (text === null) return { ok: false, error: new JsonError("invalid_utf8", 0) };
  return readJsonText(text, maximumDepth);
}

/** The same for a text. */
export function readJsonText(text: string, maximumDepth: number): JsonReading {
  try {
    return { ok: true, value: new Reader(text, maximumDepth).whole() };
  } catch (error) {
    if (error instanceof JsonError) return { ok: false, error };
    throw error;
  }
}

const plain = /[^"\\\u0000-\u001f]*/y;
const space = /[ \t\n\r]*/y;
const numberForm = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t",
};

/** Recurses once a level, and the levels are bounded before it does. */
class Reader {
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly maximumDepth: number,
  ) {}

  whole(): JsonValue {
    this.skipSpace();
    const value = this.value(0);
    this.skipSpace();
    if (this.position !== this.text.length) this.fail("trailing_text");
    return value;
  }

  private value(depth: number): JsonValue {
    const character = this.text[this.position];
    switch (character) {
      case undefined:
        return this.fail("unexpected_end");
      case "{":
        return this.object(depth + 1);
      case "[":
        return this.array(depth + 1);
      case '"': {
        const start = this.position;
        return this.node("string", start, this.string());
      }
      case "t":
        return this.literal("true", "boolean", true);
      case "f":
        return this.literal("false", "boolean", false);
      case "n":
        return this.literal("null", "null", null);
      default:
        return this.number();
    }
  }

  private object(depth: number): JsonValue {
    const start = this.open(depth);
    const members = new Map<string, JsonValue>();
    if (!this.take("}")) {
      do {
        this.skipSpace();
        const nameStart = this.position;
        this.need('"');
        this.position = nameStart;
        const name = this.string();
        if (members.has(name)) this.fail("duplicate_member", nameStart);
        this.skipSpace();
        this.need(":");
        this.skipSpace();
        members.set(name, this.value(depth));
      } while (this.take(","));
      this.need("}");
    }
    return this.node("object", start, members);
  }

  private array(depth: number): JsonValue {
    const start = this.open(depth);
    const items: JsonValue[] = [];
    if (!this.take("]")) {
      do {
        this.skipSpace();
        items.push(this.value(depth));
      } while (this.take(","));
      this.need("]");
    }
    return this.node("array", start, items);
  }

  private open(depth: number): number {
    if (depth > this.maximumDepth) this.fail("too_deep");
    return this.position++;
  }

  private string(): string {
    this.position++;
    let read = this.run(plain);
    let escaped = false;
    while (this.text[this.position] !== '"') {
      const character = this.text[this.position];
      if (character === undefined) this.fail("unexpected_end");
      if (character !== "\\") this.fail("control_character");
      escaped = true;
      read += this.escape() + this.run(plain);
    }
    this.position++;
    // Only an escape can make one: the bytes were UTF-8.
    if (escaped && /\p{Surrogate}/u.test(read)) this.fail("lone_surrogate");
    return read;
  }

  private escape(): string {
    const letter = this.text[this.position + 1] ?? this.fail("unexpected_end", this.position + 1);
    if (letter === "u") {
      const digits = this.text.slice(this.position + 2, this.position + 6).toLowerCase();
      if (!isHex(digits, 4)) this.fail("bad_escape");
      this.position += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    if (character === undefined) return this.fail("bad_escape");
    this.position += 2;
    return character;
  }

  private number(): JsonValue {
    const start = this.position;
    numberForm.lastIndex = start;
    const match = numberForm.exec(this.text);
    if (!match) return this.fail(this.text[start] === "-" ? "bad_number" : "unexpected_character");
    this.position += match[0].length;
    if (/[0-9.eE+-]/.test(this.text[this.position] ?? "")) this.fail("bad_number", start);
    const integer = match[1] === undefined && match[2] === undefined;
    return this.node(integer ? "integer" : "fraction", start, null);
  }

  private literal(word: string, kind: JsonKind, held: boolean | null): JsonValue {
    const start = this.position;
    if (!this.text.startsWith(word, start)) this.fail("unexpected_character");
    this.position += word.length;
    return this.node(kind, start, held);
  }

  private node(kind: JsonKind, start: number, held: ConstructorParameters<typeof JsonValue>[4]): JsonValue {
    return new JsonValue(this.text, kind, start, this.position, held);
  }

  /** Takes `character`, after any space, if it is the next one. */
  private take(character: string): boolean {
    this.skipSpace();
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private need(character: string): void {
    if (this.take(character)) return;
    this.fail(this.position >= this.text.length ? "unexpected_end" : "unexpected_character");
  }

  private skipSpace(): void {
    this.run(space);
  }

  private run(pattern: RegExp): string {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.position += found.length;
    return found;
  }

  private fail(problem: JsonProblem, at = this.position): never {
    throw new JsonError(problem, at);
  }
}
