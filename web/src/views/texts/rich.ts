/** Texts with elements in them: a name in a `<bdi>`, a key in a `<kbd>`. */
import type { ComponentChild } from "preact";
import { type Key, type Params, pieces } from "./t.js";

/** The text of `key` as children of an element, each `{name}` replaced by what is given for it. */
export function rich<K extends Key>(key: K, ...params: Params<K, ComponentChild>): ComponentChild[] {
  const values: Readonly<Record<string, ComponentChild>> = params[0] ?? {};
  const count = values["count"];
  return pieces(key, typeof count === "number" ? count : undefined)
    .map((piece) => (typeof piece === "string" ? piece : values[piece.name] ?? ""));
}
