import { type Primary, parsePrimary } from "../identity/primary";
import { type ErrorCode, KezError } from "../errors";
import { parseTimestamp, type Timestamp } from "../timestamp";
import type { JsonValue } from "./value";

/** Reads the members of one object, refusing what is missing or ill-typed with one code; others are ignored. */
export class Members {
  /** @throws KezError with `code` when `value` is no object */
  constructor(
    readonly value: JsonValue,
    private readonly code: ErrorCode = "bad_request",
  ) {
    if (!value.isObject) throw new KezError(code, "A JSON object is needed.");
  }

  /** The member, which `read` turns into what is needed; undefined and null from it refuse. */
  required<Result extends NonNullable<unknown>>(
    name: string,
    read: (member: JsonValue) => Result | null | undefined,
  ): Result {
    const member = this.value.get(name);
    if (!member) throw new KezError(this.code, `The member \`${name}\` is missing.`);
    const result = read(member);
    if (result === null || result === undefined) throw new KezError(this.code, `The member \`${name}\` is ill-typed.`);
    return result;
  }

  /** The same for a member that may be absent or `null`. */
  optional<Result extends NonNullable<unknown>>(
    name: string,
    read: (member: JsonValue) => Result | null | undefined,
  ): Result | null {
    const member = this.value.get(name);
    return member && !member.isNull ? this.required(name, read) : null;
  }

  string(name: string): string {
    return this.required(name, (member) => member.string);
  }

  optionalString(name: string): string | null {
    return this.optional(name, (member) => member.string);
  }

  /** A whole number from `minimum` to `maximum`. */
  integer(name: string, minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): number {
    return this.required(name, (member) => {
      const integer = member.integer;
      return integer !== null && integer >= minimum && integer <= maximum ? integer : null;
    });
  }

  primary(name: string): Primary {
    return this.required(name, (member) => parse(member, parsePrimary));
  }

  timestamp(name: string): Timestamp {
    return this.required(name, (member) => parse(member, parseTimestamp));
  }

  object(name: string): JsonValue {
    return this.required(name, (member) => (member.isObject ? member : null));
  }

  /** The members of the object of that name, refused with the same code. */
  members(name: string): Members {
    return new Members(this.object(name), this.code);
  }

  /** A list of which `read` takes every element. */
  list<Element extends NonNullable<unknown>>(
    name: string,
    read: (element: JsonValue) => Element | null | undefined,
    maximum = Number.MAX_SAFE_INTEGER,
  ): Element[] {
    return this.required(name, (member) => {
      const items = member.items;
      if (!items || items.length > maximum) return null;
      const elements: Element[] = [];
      for (const item of items) {
        const element = read(item);
        if (element === null || element === undefined) return null;
        elements.push(element);
      }
      return elements;
    });
  }
}

/** What `parser` makes of a string; null for any other kind. */
export function parse<Result>(value: JsonValue, parser: (text: string) => Result | null): Result | null {
  const text = value.string;
  return text === null ? null : parser(text);
}
