/** Addresses in a text. Only `http` and `https`, only what says so itself; nothing else of a text is interpreted. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

// No white space, no quotes or angle brackets, and nothing that turns the direction or hides: an address with such a
// character ends in front of it.
const address = /\bhttps?:\/\/[^\s<>"\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+/giu;
const closing: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
/** Links that are made of one text: the rest of a text full of them stays text. */
const LINKS = 200;

export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  let links = 0;
  for (const match of text.matchAll(address)) {
    const shown = withoutTail(match[0]);
    const href = hrefOf(shown);
    if (href === null || links >= LINKS) continue;
    links += 1;
    if (match.index > end) pieces.push({ kind: "text", text: text.slice(end, match.index) });
    pieces.push({ kind: "link", text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length) pieces.push({ kind: "text", text: text.slice(end) });
  return pieces;
}

/** Punctuation at the end belongs to the sentence, and so does a bracket that was not opened in the address. */
function withoutTail(found: string): string {
  let end = found.length;
  while (end > 0) {
    const last = found[end - 1] ?? "";
    if (/[.,;:!?'*_~|…，。！？、；：]/u.test(last)) end -= 1;
    else if (closing[last] !== undefined && !isOpened(found.slice(0, end), closing[last] ?? "", last)) end -= 1;
    else break;
  }
  return found.slice(0, end);
}

function isOpened(text: string, opening: string, close: string): boolean {
  let depth = 0;
  for (const character of text) depth += character === opening ? 1 : character === close ? -1 : 0;
  return depth >= 0;
}

/**
 * What the link leads to, null for what is no address: without a host, or with a name in front of the host, which is there
 * to pass for one (`https://bank.example@evil.example`).
 */
function hrefOf(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  return url.hostname === "" || url.username !== "" || url.password !== "" ? null : url.href;
}
