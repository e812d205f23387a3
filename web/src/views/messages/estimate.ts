/** How high a row will be before anybody has seen it. */
import { claimedKind } from "../media/kinds.js";
import type { Row } from "./rows.js";

/** Of a row of text: characters, and pixels. */
const LETTERS = 52;
const LINE = 21;

export function estimateOf(row: Row): number {
  if (row.kind === "day") return 44;
  if (row.kind === "unread") return 40;
  const { message, first, last } = row;
  const { shown } = message;
  // Between bubbles, and in them above and below.
  const around = (first ? 8 : 2) + 14 + (last ? 2 : 0);
  const reactions = Object.keys(message.reactions).length > 0 ? 26 : 0;
  switch (shown.kind) {
    case "text": {
      const lines = Math.min(40, Math.ceil(shown.text.length / LETTERS) + (shown.text.match(/\n/g)?.length ?? 0)) || 1;
      return around + reactions + lines * LINE + (shown.replyTo === null ? 0 : 50);
    }
    case "file": {
      const kind = claimedKind(shown.file.mime);
      return around + reactions + (kind === "image" || kind === "video" ? 240 : 64) + (shown.file.caption === null ? 18 : LINE);
    }
    default: return around + LINE;
  }
}
