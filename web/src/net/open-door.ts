import { type Network, systemTimers } from "../nats/index";
import type { Door } from "./door";
import { HttpDoor } from "./http-door";
import type { Account } from "./login";
import { NatsDoor } from "./nats-door";
import { SwitchingDoor } from "./switching-door";

export interface OpenDoorOptions {
  readonly account: Account;
  /** Of the HTTP API: "" for the server that the page came from. */
  readonly base: string;
  /** The broker's WebSocket, as `/v1/config` names it; kept by the caller, so that a start without a network needs none. */
  readonly natsUrl: string;
  /** `browserNetwork(window)` in a page. */
  readonly network: Network;
}

/** The door of a page: begins to connect at once, and goes on until it is closed. */
export function openDoor({ account, base, natsUrl, network }: OpenDoorOptions): Door {
  return new SwitchingDoor({
    nats: new NatsDoor({ account, base, url: natsUrl, network }),
    http: new HttpDoor({ account, base, network }),
    timers: systemTimers,
  });
}
