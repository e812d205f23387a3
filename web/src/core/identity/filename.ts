import { displayText } from "./display";

const reservedOnWindows = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;
const maximum = 120;

/**
 * A sender's filename as it may be shown and offered for saving: one name without a path, at most 120 characters, its
 * extension kept, nothing that an operating system takes for anything else. Never empty.
 */
export function safeFilename(filename: string): string {
  const last = filename.split(/[/\\]/).filter((part) => part.trim() !== "").at(-1) ?? "";
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(last)?.[0] ?? "";
  const stem = displayText(last.slice(0, last.length - extension.length), maximum - extension.length);
  const plain = (stem + extension).replace(/[<>:"|?*]/g, "_").replace(/^[.\s]+|[.\s]+$/g, "");
  return (reservedOnWindows.test(plain) ? `_${plain}` : plain) || "file";
}

/** The end after the last point, lowercase; empty when there is none of a usual length. */
export function extensionOf(filename: string): string {
  return /\.([A-Za-z0-9]{1,10})$/.exec(filename)?.[1]?.toLowerCase() ?? "";
}
