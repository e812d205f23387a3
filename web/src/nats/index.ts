/** NATS over WebSocket; what other folders may import. Nothing here knows of kez. */
export { backoff, reconnectLimits } from "./backoff";
export { connect } from "./connection";
export * from "./errors";
export { MsgHdrs, headers } from "./headers";
export type * from "./options";
export { Pause } from "./pause";
export { BoundedQueue } from "./queue";
export { browserNetwork, noNetworkHints, systemTimers } from "./timers";
export type { Network, Timers } from "./timers";
export { webSocketDial } from "./transport";
export type { Dial, Wire, WireEvents } from "./transport";
