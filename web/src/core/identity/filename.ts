import { displayText } from "./display";

const reservedOnWindows = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;
const maximum = 120;

/**
 * A sender's filename as it may be shown and offered for saving: one name without a path, at most 120 characters, its
 * extension kept, nothing that an operating system takes for anything else. Never empty.
 */
export function safeFilename(filename: string): string {
  const last = filename.split(/[/\\]/).filter((part) => part.trim() !== "").at(-1) ?? "";
  const plain = displayText(last, 1024)
    .replace(/[<>:"|?*]/g, "_")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  const named = reservedOnWindows.test(plain) ? `_${plain}` : plain;
  return shortened(named) || "file";
}

/** The end after the last point, lowercase; empty when there is none of a usual length. */
export function extensionOf(filename: string): string {
  return /\.([A-Za-z0-9]{1,10})$/.exec(filename)?.[1]?.toLowerCase() ?? "";
}

function shortened(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= maximum) return name;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? "";
  return characters.slice(0, maximum - extension.length - 1).join("") + "…" + extension;
}
