/**
 * Text of others as it may be shown in one line: names, filenames, device names. What comes out is still put into the
 * page as text, and inside an element that isolates its direction.
 */

// Marks that reorder the text around them, and everything of no width that only hides: soft hyphen, zero-width space
// and joiners of words, byte order mark, fillers, invisible operators, annotations, tags.
const invisible = new RegExp(
  "[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f" +
    "\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]",
  "gu",
);
// Zero-width joiner and non-joiner belong into emoji and several scripts, but not at an edge, in a heap, or in ASCII.
const strayJoiner =
  /(?<![^\x00-\x7f\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])|(?<=[\u200c\u200d])[\u200c\u200d]+/gu;
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu;
const heapOfMarks = /(\p{M}{4})\p{M}+/gu;

/**
 * @param maximum characters (Unicode scalars), the last of which is an ellipsis when the text is longer
 * @returns may be empty: the caller knows what to say instead
 */
export function displayText(text: string, maximum = 64): string {
  const shown = text
    .slice(0, 64 * maximum) // Bounds the work on a hostile text.
    .normalize("NFC")
    .replace(controls, " ")
    .replace(invisible, "")
    .replace(strayJoiner, "")
    .replace(heapOfMarks, "$1")
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/\s+/gu, " ")
    .trim();
  const characters = Array.from(shown);
  return characters.length <= maximum ? shown : characters.slice(0, maximum - 1).join("").trimEnd() + "…";
}

/**
 * A message's text, which may have many lines: only what reorders or hides is taken out, nothing is cut.
 *
 * Right-to-left marks stay where people need them between words; overrides and isolates go, for one that is left open
 * turns around what the page writes after it.
 */
export function displayMessage(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/gu, "")
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(heapOfMarks, "$1");
}
