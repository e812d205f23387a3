/**
 * The recovery key of an account that is just being made, between its making and the moment when it was shown. Kept here, for
 * the page changes its phase while the key is on its way.
 */
import { cell } from "../parts/cell.js";
import { useStore } from "../parts/use-store.js";

export type FirstKey =
  | { readonly kind: "none" }
  | { readonly kind: "making" }
  | { readonly kind: "made"; readonly recovery: string };

export const firstKey = cell<FirstKey>({ kind: "none" });

export function useFirstKey(): FirstKey {
  return useStore(firstKey, (key) => key);
}
