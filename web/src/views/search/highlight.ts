/** Where the words of a search stand in a text: compared as the search index compares, shown as the text was written. */
import { normalise, termsOf } from "../../engine/search/text";

export interface Marked {
  readonly text: string;
  readonly hit: boolean;
}

/** Characters in front of the first hit that a snippet keeps, and its length. */
const LEAD = 40;
const LENGTH = 180;

export function highlight(text: string, query: string): Marked[] {
  const folded = fold(text);
  const hits = new Uint8Array(text.length);
  for (const term of termsOf(query)) {
    for (let at = folded.text.indexOf(term); at >= 0; at = folded.text.indexOf(term, at + term.length)) {
      const from = folded.starts[at] ?? 0;
      const to = folded.ends[at + term.length - 1] ?? text.length;
      hits.fill(1, from, to);
    }
  }
  const marked: Marked[] = [];
  let from = 0;
  for (let index = 1; index <= text.length; index++) {
    if (index < text.length && hits[index] === hits[from]) continue;
    if (index > from) marked.push({ text: text.slice(from, index), hit: hits[from] === 1 });
    from = index;
  }
  return marked;
}

/** The part of a long text around the first hit, in one line. */
export function snippet(text: string, query: string): string {
  const line = text.replace(/\s+/gu, " ").trim();
  if (line.length <= LENGTH) return line;
  const folded = fold(line);
  const places = termsOf(query).map((term) => folded.text.indexOf(term)).filter((at) => at >= 0);
  const hit = places.length === 0 ? 0 : (folded.starts[Math.min(...places)] ?? 0);
  if (hit <= LEAD) return `${whole(line.slice(0, LENGTH))}…`;
  // Begins with a word, if one begins nearby.
  const near = line.indexOf(" ", hit - LEAD);
  const from = near >= 0 && near < hit ? near + 1 : hit - LEAD;
  return `…${whole(line.slice(from, from + LENGTH))}${from + LENGTH < line.length ? "…" : ""}`;
}

interface Folded {
  readonly text: string;
  /** Of each unit of the folded text: where in the original what it came from begins and ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Grapheme by grapheme, so that a letter and its accent stay one thing. */
function fold(text: string): Folded {
  const starts: number[] = [];
  const ends: number[] = [];
  let folded = "";
  let at = 0;
  for (const [character] of text.matchAll(/\P{M}\p{M}*|\p{M}+/gu)) {
    const end = at + character.length;
    const plain = /^\s/u.test(character) ? (folded.endsWith(" ") ? "" : " ") : normalise(character);
    for (let unit = 0; unit < plain.length; unit++) {
      starts.push(at);
      ends.push(end);
    }
    folded += plain;
    at = end;
  }
  return { text: folded, starts, ends };
}

/** No half of a surrogate pair at the edges. */
function whole(text: string): string {
  return text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
}
