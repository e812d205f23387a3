/** Sizes of files as people read them. */
const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/**
 * In steps of 1,024, so that a limit of 10 MiB reads as "10 MB" and a file of that size does too.
 *
 * @param bytes from 0
 */
export function formatSize(bytes: number, language: string): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  // What is a little over a limit must not read as the limit.
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  const shown = Math.ceil(value * 10 ** digits) / 10 ** digits;
  const style = { style: "unit", unit: units[unit] ?? "byte", unitDisplay: unit === 0 ? "long" : "short", maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(language, style).format(shown);
}

/** A length in minutes and seconds, "1:05"; hours when there are some. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "–:––";
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
