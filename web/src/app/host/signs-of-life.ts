/** What messages and receipts tell of who is there right now. */
import type { Primary } from "../../core/identity/primary";
import type { ConvId, Message, SendState } from "../../engine/model";
import type { Book } from "./book";

/** One's own messages whose receipts are listened for. */
const REMEMBERED = 500;

export class SignsOfLife {
  private readonly book: Pick<Book, "wasActive">;
  private readonly peerOf: (conv: ConvId) => Primary | null;
  private readonly states = new Map<string, SendState>();

  constructor(book: Pick<Book, "wasActive">, peerOf: (conv: ConvId) => Primary | null) {
    this.book = book;
    this.peerOf = peerOf;
  }

  message({ conv, order, sender, state, at }: Message): void {
    if (state === null) return this.book.wasActive(sender, at);
    const key = `${conv}/${order}`;
    const before = this.states.get(key);
    this.states.delete(key);
    this.states.set(key, state);
    for (const oldest of this.states.keys()) {
      if (this.states.size <= REMEMBERED) break;
      this.states.delete(oldest);
    }
    // A receipt for what was sent from here just now is a sign; one that comes with the history is not.
    const peer = (state === "delivered" || state === "read") && before !== undefined && before !== state ? this.peerOf(conv) : null;
    if (peer !== null) this.book.wasActive(peer);
  }
}
