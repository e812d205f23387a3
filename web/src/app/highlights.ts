/** Where the words of a search occur in a text as it is shown. */
import { normalise, termsOf } from "../engine/search/text";

export interface Highlight {
  readonly start: number;
  readonly end: number;
}

/** Ascending and apart from each other, in UTF-16 units of `text`. Accents and case are passed over, as in the search. */
export function highlights(text: string, query: string): readonly Highlight[] {
  const terms = termsOf(query);
  if (terms.length === 0) return [];
  const { folded, from } = fold(text);
  const found: Highlight[] = [];
  for (const term of terms) {
    for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) {
      found.push({ start: from[at] ?? 0, end: from[at + term.length] ?? text.length });
    }
  }
  return merged(found);
}

/** The text as it is searched, and where each of its units came from. */
function fold(text: string): { readonly folded: string; readonly from: readonly number[] } {
  let folded = "";
  const from: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain = /\s/u.test(character) ? " " : normalise(character);
    for (let unit = 0; unit < plain.length; unit++) from.push(at);
    folded += plain;
    at += character.length;
  }
  return { folded, from };
}

function merged(found: Highlight[]): readonly Highlight[] {
  const result: Highlight[] = [];
  for (const next of found.sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = result.at(-1);
    if (last === undefined || next.start > last.end) result.push(next);
    else if (next.end > last.end) result[result.length - 1] = { start: last.start, end: next.end };
  }
  return result;
}
