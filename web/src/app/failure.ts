/** Failures as values: what crosses from tab to tab, and what views show. */
import { SealError } from "../core/crypto/seal-error";
import { KezError } from "../core/errors";
import { StorageError } from "../store/rows";
import type { Failure, Outcome } from "./actions";

export function failureOf(error: unknown): Failure {
  if (error instanceof KezError) return { code: error.code, retryAfter: error.retryAfter };
  if (error instanceof SealError) return { code: "bad_key", retryAfter: null };
  if (error instanceof StorageError) return { code: `storage_${error.code}`, retryAfter: null };
  // A defect of ours: it belongs where a developer looks.
  console.error(error);
  return { code: "internal", retryAfter: null };
}

export const done: Outcome = { ok: true, value: undefined };

export function failed(code: string): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: { code, retryAfter: null } };
}

export async function outcomeOf<Value>(work: () => Value | Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}

/** A refusal of ours, without a server's status. */
export function refusal(code: string, sentence: string = code): KezError {
  return new KezError(code, sentence, 0);
}
