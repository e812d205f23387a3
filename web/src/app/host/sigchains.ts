/** What judges sigchains, as one part that is loaded when there is one to judge. */
export { emptyChain, extendChain } from "../../core/sigchain/chain";
export { judgeChain, markOf } from "../../core/sigchain/continuity";
