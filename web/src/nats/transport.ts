/** What the client needs of a WebSocket, so that tests and other runtimes can bring their own. */

export interface Wire {
  send(bytes: Uint8Array): void;
  close(code?: number, reason?: string): void;
  /** Bytes that were given to `send` and have not left yet. */
  readonly buffered: number;
}

export interface WireEvents {
  opened(): void;
  received(bytes: Uint8Array): void;
  /** Once, and last. `code` is that of RFC 6455; 1006 is all that a browser tells of a dial that failed. */
  ended(code: number, reason: string): void;
}

/** Begins to connect; must not call an event before it returns. */
export type Dial = (url: string, events: WireEvents) => Wire;

const encoder = new TextEncoder();

/** Dials with the WebSocket of the platform, which calls nothing before the current task has ended. */
export const webSocketDial: Dial = (url, events) => {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) events.received(new Uint8Array(data));
    else if (typeof data === "string") events.received(encoder.encode(data));
  };
  let ended = false;
  const end = (code: number, reason: string) => {
    if (!ended) events.ended(code, reason);
    ended = true;
  };
  // A close follows an error, with 1006, except in node 20 where a dial that failed has none.
  socket.onerror = () => end(1006, "");
  socket.onclose = ({ code, reason }) => end(code, reason);
  return {
    // A view on a shared buffer cannot be sent; none is made here.
    send: (bytes) => socket.send(bytes as Uint8Array<ArrayBuffer>),
    close(code, reason) {
      // Only 1000 and 3000–4999 may be given from a page.
      if (code === undefined) socket.close();
      else socket.close(code, reason);
    },
    get buffered() {
      return socket.bufferedAmount;
    },
  };
};
