export interface BackoffLimits {
  /** Milliseconds: the ceiling of the first pause, and of any. */
  readonly base: number;
  readonly cap: number;
}

export const reconnectLimits: BackoffLimits = { base: 500, cap: 30_000 };

/**
 * Delay before reconnect `attempt`, full jitter: clients that lost one server come back spread out.
 *
 * @param attempt 0 for the first
 * @param random in [0, 1)
 * @returns milliseconds
 */
export function backoff(attempt: number, { base, cap }: BackoffLimits, random: () => number = Math.random): number {
  return random() * Math.min(cap, base * 2 ** Math.min(attempt, 40));
}
