/** The emoji that are offered, and whether a text is one. */

/** Offered at once. */
export const quickReactions: readonly string[] = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** Offered when more are asked for: what people answer with, not everything there is; any other can be typed. */
export const moreReactions: readonly string[] = Array.from(
  new Intl.Segmenter("en", { granularity: "grapheme" }).segment(
    "👍👎👌👏🙌🙏💪🤝✌️🤞👋🫶😀😄😂🤣🙂😉😊😍🥰😘😎🤔🤨😐🙄😬😮😳🥺😢😭😤😡🤯😱😴🤒🥳🤗🫡🤷🤦❤️🧡💛💚💙💜🖤💔🔥✨⭐🎉🎂☕🍕🌈☀️🌙🚀💯✅❌❓❗👀🐛💡",
  ),
  ({ segment }) => segment,
);

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const pictograph = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3)/u;

/** The emoji that `text` is, without white space around it; null when it is none or more than one. */
export function parseEmoji(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > 64) return null;
  const [first, second] = segmenter.segment(trimmed);
  if (first === undefined || second !== undefined) return null;
  // © and ™ are pictographs only when they are told to be; alone they are letters.
  const isText = /^\p{Extended_Pictographic}$/u.test(trimmed) && !/\p{Emoji_Presentation}/u.test(trimmed) && trimmed.charCodeAt(0) < 0x2190;
  return pictograph.test(trimmed) && !isText ? trimmed : null;
}

/** How many emoji a text is when it is nothing else, for showing it large; 0 for every other text and for more than `most`. */
export function emojiCount(text: string, most = 3): number {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > 64) return 0;
  let count = 0;
  for (const { segment } of segmenter.segment(trimmed)) {
    if (/^\s+$/u.test(segment)) continue;
    if (parseEmoji(segment) === null || ++count > most) return 0;
  }
  return count;
}
