const lengths = [256, 512, 1024, 2048, 4096];
const frame = ',"pad":""'.length;

/**
 * The next of 256, 512, 1024, 2048, 4096, then multiples of 4096.
 *
 * Source: protocol, section 6.
 */
export function paddedLength(count: number): number {
  return lengths.find((length) => count <= length) ?? Math.ceil(count / 4096) * 4096;
}

/** The member that brings an object of `count` bytes to such a length, comma included; null when it has one. */
export function paddingOf(count: number): string | null {
  if (paddedLength(count) === count) return null;
  return `,"pad":"${"0".repeat(paddedLength(count + frame) - count - frame)}"`;
}
