/**
 * What few visits need, as one part that is loaded when the first of it is: most people have no chain to judge, and one signs
 * in once. (One, for a bundler makes a part of its own out of whatever any two share.)
 */
export { emptyChain, extendChain } from "../../core/sigchain/chain";
export { judgeChain, markOf } from "../../core/sigchain/continuity";
export { Identities } from "./identities";
