/** Sizes of files and parts of a whole, as the language in force writes them. */
import { current } from "./language.js";

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** `1.4 MB`; thousands, as file managers and browsers count. */
export function sizeOf(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.95 kB would be written as 1,000 kB.
  while (value >= 999.5 && unit < units.length - 1) { value /= 1000; unit += 1; }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  const style = { style: "unit", unit: units[unit] ?? "byte", unitDisplay: unit === 0 ? "long" : "short", maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(current().locale, style).format(value);
}

/** `42 %` of a fraction from 0 to 1. */
export function percentOf(fraction: number): string {
  return new Intl.NumberFormat(current().locale, { style: "percent" }).format(Math.min(1, Math.max(0, fraction)));
}
