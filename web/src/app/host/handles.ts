/** What there is to say of a handle before the server is asked. */
import { type Handle, isReserved, parseHandle } from "../../core/identity/handle";
import type { HandleCheck } from "../actions";

/** As people type it: an `@` in front and capital letters are forgiven. */
export function typedHandle(text: string): string {
  return text.trim().replace(/^@/, "").toLowerCase();
}

export type LocalCheck =
  | { readonly handle: Handle }
  | { readonly check: Exclude<HandleCheck, { readonly kind: "unknown" }> };

export function checkLocally(text: string): LocalCheck {
  const typed = typedHandle(text);
  const says = (kind: Exclude<HandleCheck["kind"], "unknown">): LocalCheck => ({ check: { kind } });
  if (typed === "") return says("empty");
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(typed)) return says("bad_characters");
  if (typed.length < 3) return says("too_short");
  if (typed.length > 32) return says("too_long");
  const handle = parseHandle(typed);
  if (handle === null) return says("bad_characters");
  return isReserved(handle) ? says("reserved") : { handle };
}
