import { emptyChain, extendChain, headOf, type Sigchain } from "./chain";
import type { Bytes } from "../bytes";
import { KezError } from "../errors";
import type { Primary } from "../identity/primary";

/** The longest chain of a primary that was seen: what is remembered of it. */
export interface SigchainMark {
  readonly length: number;
  /** null for an empty chain. */
  readonly head: string | null;
}

export function markOf(chain: Sigchain): SigchainMark {
  return { length: chain.digests.length, head: headOf(chain) };
}

/** A chain can only grow; that it shrank or forked is an alarm. */
export type Continuity = "same" | "grew" | "shrank" | "forked";

/** How a chain that a server shows now relates to what was remembered. */
export function continuityOf(chain: Sigchain, mark: SigchainMark): Continuity {
  if (chain.digests.length < mark.length) return "shrank";
  if (mark.length > 0 && chain.digests[mark.length - 1] !== mark.head) return "forked";
  return chain.digests.length === mark.length ? "same" : "grew";
}

/** What a person must look at before anything more is sent to a contact. */
export type Alarm =
  | { readonly alarm: "shrank" | "forked"; readonly remembered: SigchainMark; readonly shown: SigchainMark }
  /** A link does not verify, or may not stand where it does. */
  | { readonly alarm: "invalid"; readonly code: string }
  /** The handle names another key than the one that was pinned. */
  | { readonly alarm: "other_key"; readonly pinned: Primary; readonly shown: Primary };

export type Verdict =
  /** All in order: `mark` is to be remembered. */
  | { readonly verdict: "trusted"; readonly chain: Sigchain; readonly mark: SigchainMark }
  /** A newer client may know better: what was pinned stays, and nothing is sent. Not an alarm. */
  | { readonly verdict: "held"; readonly chain: Sigchain }
  | { readonly verdict: "alarm"; readonly alarm: Alarm };

/**
 * Judges the whole chain that a server shows for `primary`, against what was remembered of it.
 *
 * @param links from the first one, each envelope as its own text
 * @param mark null for somebody who is met for the first time
 */
export async function judgeChain(
  primary: Primary, links: readonly Bytes[], mark: SigchainMark | null,
): Promise<Verdict> {
  let chain: Sigchain;
  try {
    chain = await extendChain(emptyChain(primary), links);
  } catch (error) {
    if (error instanceof KezError) return { verdict: "alarm", alarm: { alarm: "invalid", code: error.code } };
    throw error;
  }
  const remembered = mark ?? { length: 0, head: null };
  const continuity = continuityOf(chain, remembered);
  if (continuity === "shrank" || continuity === "forked") {
    return { verdict: "alarm", alarm: { alarm: continuity, remembered, shown: markOf(chain) } };
  }
  return chain.hasUnknownCritical ? { verdict: "held", chain } : { verdict: "trusted", chain, mark: markOf(chain) };
}

/** The alarm, if any, when a handle that was pinned to one key is looked up again. */
export function judgeKey(pinned: Primary, shown: Primary): Alarm | null {
  return pinned === shown ? null : { alarm: "other_key", pinned, shown };
}
