/**
 * Names that look like other names: who is called `pau1` may want to pass for `paul`.
 *
 * A skeleton is what is left of a name when everything that looks alike is made the same; two names with one skeleton
 * are confusable. The table holds what people meet in names, not all of Unicode's: it warns, it decides nothing.
 *
 * Source: Unicode Technical Standard 39, section 4 ("Confusable Detection").
 */
const lookalikes: readonly (readonly [letter: string, others: string])[] = [
  ["a", "аɑαᴀ"], ["b", "ЬƅᏏвʙ"], ["c", "сϲⅽᴄ"], ["d", "ԁⅾɗ"], ["e", "еҽ℮ε"], ["f", "ſƒ"], ["g", "ɡց"], ["h", "һհнʜ"],
  ["i", "іıɩιї1l|ӏ!"], ["j", "јϳ"], ["k", "кκᴋ"], ["m", "мᴍⅿ"], ["n", "ոռп"], ["o", "оοօ0ᴏ"], ["p", "рρ"], ["q", "ԛզ"],
  ["r", "гᴦ"], ["s", "ѕꜱ5$"], ["t", "тτᴛ"], ["u", "սυᴜц"], ["v", "ѵνᴠⅴ"], ["w", "ԝѡшщᴡ"], ["x", "хχⅹ"], ["y", "уүγʏ"],
  ["z", "ᴢʐ"], ["-", "_‐‑‒–—−. "],
];
const letters = new Map(lookalikes.flatMap(([letter, others]) => Array.from(others, (other) => [other, letter])));

export function skeletonOf(name: string): string {
  // Compatibility decomposition folds full-width, mathematical and accented letters; the marks are dropped.
  const folded = name.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "").toLowerCase();
  return Array.from(folded, (character) => letters.get(character) ?? character)
    .join("")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .replace(/-+/g, "-");
}

/** The first of `known` that `name` could be taken for without being it; null when there is none. */
export function lookalikeOf(name: string, known: Iterable<string>): string | null {
  const skeleton = skeletonOf(name);
  for (const other of known) if (other !== name && skeletonOf(other) === skeleton) return other;
  return null;
}

// Alphabets of which letters pass for another's; others are mixed by honest people.
const alphabets = ["Latin", "Cyrillic", "Greek", "Armenian", "Cherokee"].map(
  (script) => new RegExp(`\\p{Script=${script}}`, "u"),
);

/** Whether one word has letters of several such alphabets, as in a Latin name with one Cyrillic letter. */
export function isMixedScript(name: string): boolean {
  return name.split(/\s+/u).some((word) => alphabets.filter((script) => script.test(word)).length > 1);
}
