import { type Bytes, encodeUtf8 } from "../bytes";
import type { JsonValue } from "./value";

/** A number that a signed payload may not hold: an integer literal beyond ±(2^53−1), or no finite double. */
export class CanonicalError extends Error {
  override readonly name = "CanonicalError";
}

/**
 * The canonical form of `value` as it was received: what every signature and hash of kez is computed over.
 *
 * ECMAScript's own way of writing numbers and strings, and its order of strings, are those of the RFC.
 *
 * @throws CanonicalError
 * Source: RFC 8785; protocol, section 1.
 */
export function canonicalText(value: JsonValue): string {
  switch (value.kind) {
    case "null":
    case "boolean":
      return value.rawText;
    case "integer": {
      const integer = value.integer;
      if (integer === null) throw new CanonicalError("an integer is beyond ±(2^53−1)");
      return String(integer);
    }
    case "fraction": {
      const number = value.number;
      if (number === null) throw new CanonicalError("a number is too large");
      return JSON.stringify(number);
    }
    case "string":
      return JSON.stringify(value.string);
    case "array":
      return `[${(value.items ?? []).map(canonicalText).join(",")}]`;
    case "object": {
      const members = Array.from(value.members ?? []).sort(([left], [right]) => (left < right ? -1 : 1));
      return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join(",")}}`;
    }
  }
}

/** The same as UTF-8. */
export function canonical(value: JsonValue): Bytes {
  return encodeUtf8(canonicalText(value));
}
