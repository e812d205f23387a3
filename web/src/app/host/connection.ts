/** What to say of the connection: the door's state, what the device says of the network, and one's own standing. */
import { millisecondsOf, parseTimestamp } from "../../core/timestamp";
import type { Door, DoorState } from "../../net/door";
import type { Connection } from "../state";

export interface Suspension {
  readonly reason: string | null;
  /** Milliseconds since 1970; null: no end. */
  readonly until: number | null;
}

export function connectionOf(
  state: DoorState, kind: Door["kind"], isOnline: boolean, suspension: Suspension | null,
): Connection {
  switch (state.kind) {
    case "open":
      if (suspension !== null) return { kind: "suspended", ...suspension };
      return { kind: kind === "nats" ? "live" : "live_http" };
    // What connects although the device says that there is no network is connecting: the hint is only a hint.
    case "connecting": return { kind: isOnline ? "connecting" : "offline" };
    case "waiting":
      if (!isOnline) return { kind: "offline" };
      return { kind: "waiting", retryAt: state.retryAt, code: state.cause.code };
    case "refused": return { kind: "refused", retryAt: state.retryAt, code: state.cause.code };
    case "closed": return { kind: "none" };
  }
}

export function suspensionFrom(status: { readonly suspended: boolean; readonly reason: string | null; readonly until: string | null }): Suspension | null {
  if (!status.suspended) return null;
  const until = status.until === null ? null : parseTimestamp(status.until);
  return { reason: status.reason, until: until === null ? null : millisecondsOf(until) };
}
