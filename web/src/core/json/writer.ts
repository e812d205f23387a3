import { type Bytes, encodeUtf8, wellFormed } from "../bytes";

/** JSON that is there already, written as it stands. */
export class RawJson {
  constructor(readonly text: string) {}
}

/** What can be written; members that are undefined are left out. */
export type Writable =
  | null | boolean | number | string | RawJson | readonly Writable[]
  | { readonly [name: string]: Writable | undefined };

/**
 * Compact JSON of `value`, members in the order in which they stand there.
 *
 * Strings come out as RFC 8785 wants them; half a surrogate pair becomes U+FFFD, or no reader of kez would take the
 * text.
 */
export function writeJsonText(value: Writable): string {
  if (typeof value === "string") return JSON.stringify(wellFormed(value));
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (value instanceof RawJson) return value.text;
  if (isList(value)) return `[${value.map(writeJsonText).join(",")}]`;
  const members: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) members.push(`${writeJsonText(name)}:${writeJsonText(member)}`);
  }
  return `{${members.join(",")}}`;
}

/** The same as UTF-8. */
export function writeJson(value: Writable): Bytes {
  return encodeUtf8(writeJsonText(value));
}

function isList(value: object): value is readonly Writable[] {
  return Array.isArray(value);
}
