import { parsePrimary, type Primary } from "./primary";
import { encodeUtf8 } from "../bytes";

/**
 * Twelve groups of five digits that two people compare to know that they have each other's keys: the same on both
 * sides. Sixty digits of SHA-512 over both primaries, each group from five bytes of it.
 */
export async function safetyNumber(mine: Primary, theirs: Primary): Promise<string[]> {
  const text = encodeUtf8(`kez-safety-v1\n${[mine, theirs].sort().join("\n")}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", text));
  return Array.from({ length: 12 }, (_, group) => {
    const number = digest.subarray(5 * group, 5 * group + 5).reduce((sum, byte) => sum * 256 + byte, 0);
    return String(number % 100_000).padStart(5, "0");
  });
}

const prefix = "kez-safety-v1";

/** What the QR code for a contact to scan holds: both keys, the shower's first. */
export function safetyCode(mine: Primary, theirs: Primary): string {
  return `${prefix} ${mine} ${theirs}`;
}

/** What a scanned code says: the keys are those we have, others (an alarm), or it is no such code. */
export function checkSafetyCode(text: string, mine: Primary, theirs: Primary): "match" | "mismatch" | "not_a_code" {
  const [head, shower, scanner, ...more] = text.trim().split(" ");
  const keys = [shower, scanner].map((key) => parsePrimary(key ?? ""));
  if (head !== prefix || more.length > 0 || keys.includes(null)) return "not_a_code";
  return shower === theirs && scanner === mine ? "match" : "mismatch";
}
