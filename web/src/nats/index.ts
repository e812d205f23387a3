/** NATS over WebSocket; what other folders may import. Nothing here knows of kez. */
export { backoff, reconnectLimits } from "./backoff.js";
export { connect } from "./connection.js";
export * from "./errors.js";
export { MsgHdrs, headers } from "./headers.js";
export type * from "./options.js";
export { Pause } from "./pause.js";
export { BoundedQueue } from "./queue.js";
export { browserNetwork, noNetworkHints, systemTimers } from "./timers.js";
export type { Network, Timers } from "./timers.js";
export { webSocketDial } from "./transport.js";
export type { Dial, Wire, WireEvents } from "./transport.js";
