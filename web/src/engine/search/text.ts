/** What of a message is searched, and the form in which texts are compared. */
import type { Message } from "../model.js";

/** null: nothing to find. */
export function searchText({ shown }: Message): string | null {
  switch (shown.kind) {
    case "text": return normalise(shown.text);
    case "file": return normalise(`${shown.file.filename} ${shown.file.caption ?? ""}`);
    default: return null;
  }
}

/** Lower case without accents and compatibility forms, white space as one blank: "Café" is found by "cafe". */
export function normalise(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase().replace(/\s+/gu, " ").trim();
}

/** The words of a query; all of them have to occur, in any order. */
export function termsOf(query: string): string[] {
  return [...new Set(normalise(query).split(" ").filter((term) => term.length > 0))].slice(0, 16);
}
