/** What is being written: a message, an answer, or another text for a message that there is. */
import type { Message } from "../../app/api.js";

export type Mode =
  | { readonly kind: "write" }
  | { readonly kind: "reply"; readonly to: Message }
  | { readonly kind: "edit"; readonly message: Message };

export const writing: Mode = { kind: "write" };
