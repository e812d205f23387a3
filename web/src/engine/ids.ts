/** How rows are named. Nothing here names a person: what would is blinded with the identity's key. */
import type { Primary } from "../core/identity/primary.js";
import type { ConversationId, FileId, MessageId } from "../core/messages/id.js";
import type { SealedRows } from "../store/sealed.js";
import { sortable } from "../store/rows.js";
import type { ConvId, FileKey, Order } from "./model.js";

/** Blinded senders are asked for with every message; so many are remembered. */
const REMEMBERED = 2000;

export class Ids {
  private readonly rows: SealedRows;
  private readonly senders = new Map<Primary, string>();

  constructor(rows: SealedRows) {
    this.rows = rows;
  }

  async conversation(peer: Primary, thread: ConversationId | null): Promise<ConvId> {
    return (await this.rows.blind("conv", peer, thread ?? "")) as ConvId;
  }

  async file(sender: Primary, file: FileId): Promise<FileKey> {
    return (await this.rows.blind("file", sender, file)) as FileKey;
  }

  /** The row of `ids` for a message. */
  async met(conv: ConvId, sender: Primary, id: MessageId): Promise<string> {
    let blinded = this.senders.get(sender);
    if (blinded === undefined) {
      blinded = await this.rows.blind("sender", sender);
      if (this.senders.size >= REMEMBERED) this.senders.clear();
      this.senders.set(sender, blinded);
    }
    return `${conv}/${blinded}/${id}`;
  }
}

/**
 * @param at milliseconds since 1970; what lies outside 0…2^53 is brought there
 * @param seq of the log for what came, 0 for what this client wrote
 */
export function orderOf(at: number, seq: number, id: MessageId): Order {
  return `${sortable(Math.min(Math.max(Math.floor(at), 0), Number.MAX_SAFE_INTEGER))}${sortable(seq)}${id}` as Order;
}

/** The milliseconds in an order. */
export function timeOf(order: Order): number {
  return parseInt(order.slice(0, 14), 16);
}

export function messageRow(conv: ConvId, order: Order): string {
  return `${conv}/${order}`;
}

export function chunkRow(key: FileKey, index: number): string {
  return `${key}/${sortable(index)}`;
}
