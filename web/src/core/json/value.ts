import { type Bytes, encodeUtf8 } from "../bytes";

export type JsonKind = "null" | "boolean" | "integer" | "fraction" | "string" | "array" | "object";
type Held = null | boolean | string | readonly JsonValue[] | ReadonlyMap<string, JsonValue>;

/**
 * One value of a JSON text that was read: it knows where it stands in the text, so that what was signed or sent
 * can be kept as it was. Every getter is null for a value of another kind: hostile input needs no casts.
 */
export class JsonValue {
  constructor(
    private readonly text: string,
    readonly kind: JsonKind,
    private readonly start: number,
    private readonly end: number,
    private readonly held: Held,
  ) {}

  get isNull(): boolean {
    return this.kind === "null";
  }

  get isObject(): boolean {
    return this.kind === "object";
  }

  get boolean(): boolean | null {
    return typeof this.held === "boolean" ? this.held : null;
  }

  get string(): string | null {
    return typeof this.held === "string" ? this.held : null;
  }

  /** An integer literal from −(2^53−1) to 2^53−1; null for `1.0` and `1e3`, on which languages disagree. */
  get integer(): number | null {
    if (this.kind !== "integer") return null;
    const number = Number(this.rawText);
    // Not −0, which is not the number that other languages read there.
    return Number.isSafeInteger(number) ? number + 0 : null;
  }

  /** The value of an integer literal, however long. */
  get bigint(): bigint | null {
    return this.kind === "integer" ? BigInt(this.rawText) : null;
  }

  /** The nearest double of a number; null when it is not finite. */
  get number(): number | null {
    if (this.kind !== "integer" && this.kind !== "fraction") return null;
    const number = Number(this.rawText);
    return Number.isFinite(number) ? number : null;
  }

  get items(): readonly JsonValue[] | null {
    return Array.isArray(this.held) ? (this.held as readonly JsonValue[]) : null;
  }

  /** The members of an object in the order of the text. */
  get members(): ReadonlyMap<string, JsonValue> | null {
    return this.held instanceof Map ? (this.held as ReadonlyMap<string, JsonValue>) : null;
  }

  /** The member of that name; null when it is absent or this is no object. */
  get(name: string): JsonValue | null {
    return this.members?.get(name) ?? null;
  }

  /** The value as it was sent. */
  get rawText(): string {
    return this.text.slice(this.start, this.end);
  }

  get raw(): Bytes {
    return encodeUtf8(this.rawText);
  }
}
