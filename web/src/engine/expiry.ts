/** Messages that go by themselves (`expires_in`), and what goes with any message that is removed. */
import { sortable } from "../store/rows.js";
import { noteRemoval } from "./conversations.js";
import { messageRow } from "./ids.js";
import type { ConvId, FileKey, Message, Order } from "./model.js";
import type { Unit } from "./unit.js";

/** More than this at once waits for the next unit. */
const AT_ONCE = 500;

export const expire = {
  /** Notes when a message has to go. */
  schedule(unit: Unit, message: Message): void {
    if (message.expiresAt === null) return;
    unit.expiring = true;
    unit.work.put("expiry", expiryRow(message, message.expiresAt), { conv: message.conv, order: message.order });
  },

  /** Removes what is due; gives when the next is, null for never. */
  async due(unit: Unit): Promise<number | null> {
    const rows = await unit.work.rows.scan<{ conv: ConvId; order: Order }>("expiry", { limit: AT_ONCE });
    for (const { id, value } of rows) {
      const at = parseInt(id.slice(0, 14), 16);
      if (at > unit.now) return at;
      unit.work.delete("expiry", id);
      const message = await unit.message(value.conv, value.order);
      if (message !== undefined) await expire.remove(unit, message);
    }
    return rows.length < AT_ONCE ? null : unit.now;
  },

  /** Removes a message from this browser; its row of `ids` stays, so that no list brings it back. */
  async remove(unit: Unit, message: Message): Promise<void> {
    unit.removeMessage(message);
    if (message.expiresAt !== null) unit.work.delete("expiry", expiryRow(message, message.expiresAt));
    await noteRemoval(unit, message);
    if (message.shown.kind === "file") expire.dropFile(unit, message.shown.key);
  },

  /** Its chunks go with the unit's commit. */
  dropFile(unit: Unit, key: FileKey): void {
    unit.work.delete("transfers", `w/${key}`);
    unit.work.delete("transfers", `u/${key}`);
    unit.work.delete("uploads", key);
    unit.droppedFiles.push(key);
  },
};

function expiryRow(message: Message, at: number): string {
  return `${sortable(Math.min(at, Number.MAX_SAFE_INTEGER))}/${messageRow(message.conv, message.order)}`;
}
