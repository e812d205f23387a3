/**
 * - `unusable_key`: the other side's key is not one that a secret can be shared with.
 * - `nonce_length`: the nonce has another length than the 12 bytes it needs.
 * - `open_failed`: the ciphertext was changed, cut short, or is for another pair of keys.
 */
export type SealProblem = "unusable_key" | "nonce_length" | "open_failed";

/** Why a message could not be sealed or opened. Never carries key material or content. */
export class SealError extends Error {
  override readonly name = "SealError";

  constructor(readonly problem: SealProblem) {
    super(problem);
  }
}
