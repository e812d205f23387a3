/** Time and the network as parameters, so that tests drive both. */

export interface Timers {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `then` once after `milliseconds`, unless the function that it returns was called. */
  after(milliseconds: number, then: () => void): () => void;
}

/** Timers that do not keep a node process alive would be other ones; a browser has only these. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  after(milliseconds, then) {
    // Above 2^31−1 setTimeout fires at once.
    const timer = setTimeout(then, Math.min(milliseconds, 0x7fffffff));
    return () => clearTimeout(timer);
  },
};

/** What the platform says of the network; a hint, never believed alone. */
export interface Network {
  /** Calls `changed` at each `online` (true) and `offline` (false) until the function that it returns is called. */
  onChange(changed: (online: boolean) => void): () => void;
}

export const noNetworkHints: Network = { onChange: () => () => {} };

/** The hints of a window or a worker. */
export function browserNetwork(target: Pick<EventTarget, "addEventListener" | "removeEventListener">): Network {
  return {
    onChange(changed) {
      const online = () => changed(true);
      const offline = () => changed(false);
      target.addEventListener("online", online);
      target.addEventListener("offline", offline);
      return () => {
        target.removeEventListener("online", online);
        target.removeEventListener("offline", offline);
      };
    },
  };
}
