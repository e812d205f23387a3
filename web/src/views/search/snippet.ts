/** What a result shows of a message: the words around the first hit, and which of them were searched for. */
import { highlights } from "../../app/api.js";

export interface Marked {
  readonly text: string;
  readonly hit: boolean;
}

/** Characters in front of the first hit that a snippet keeps, and its length. */
const LEAD = 40;
const LENGTH = 180;

/** `text` in pieces, those that were searched for marked. */
export function marked(text: string, query: string): Marked[] {
  const pieces: Marked[] = [];
  let from = 0;
  for (const { start, end } of highlights(text, query)) {
    if (start > from) pieces.push({ text: text.slice(from, start), hit: false });
    if (end > start) pieces.push({ text: text.slice(start, end), hit: true });
    from = end;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), hit: false });
  return pieces;
}

/** The part of a long text around the first hit, in one line. */
export function snippet(text: string, query: string): string {
  const line = text.replace(/\s+/gu, " ").trim();
  if (line.length <= LENGTH) return line;
  const hit = highlights(line, query)[0]?.start ?? 0;
  if (hit <= LEAD) return `${whole(line.slice(0, LENGTH))}…`;
  // Begins with a word, if one begins nearby.
  const near = line.indexOf(" ", hit - LEAD);
  const from = near >= 0 && near < hit ? near + 1 : hit - LEAD;
  return `…${whole(line.slice(from, from + LENGTH))}${from + LENGTH < line.length ? "…" : ""}`;
}

/** No half of a surrogate pair at the edges. */
function whole(text: string): string {
  return text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
}
