/**
 * A moment in UTC, to the nanosecond; years 0 to 9999.
 *
 * Source: protocol, section 1; RFC 3339.
 */
export interface Timestamp {
  /** Whole seconds since 1970-01-01T00:00:00Z, rounded down. */
  readonly seconds: number;
  /** 0…999,999,999, on top of the seconds. */
  readonly nanoseconds: number;
}

const form = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?Z$/;

/**
 * Reads `YYYY-MM-DDTHH:MM:SS[.fraction]Z`; digits of the fraction beyond the ninth are dropped.
 *
 * Null for anything else: other zones, lowercase `t` or `z`, days the calendar lacks, second 60.
 */
export function parseTimestamp(text: string): Timestamp | null {
  const parts = text.length <= 64 ? form.exec(text) : null;
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number, number, number, number, number, number,
  ];
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) {
    return null;
  }
  return {
    seconds: date.getTime() / 1000 + hour * 3600 + minute * 60 + second,
    nanoseconds: Number((parts[7] ?? "").slice(0, 9).padEnd(9, "0")),
  };
}

/** The moment of `Date.now()` or of any other number of milliseconds since 1970. */
export function timestampOf(milliseconds: number): Timestamp {
  const whole = Math.floor(milliseconds);
  const seconds = Math.floor(whole / 1000);
  return { seconds, nanoseconds: (whole - seconds * 1000) * 1_000_000 };
}

export function millisecondsOf(time: Timestamp): number {
  return time.seconds * 1000 + Math.floor(time.nanoseconds / 1_000_000);
}

/** To the millisecond, `2026-05-25T03:00:00.000Z`; the rest is dropped. Every time that we write is of this form. */
export function formatTimestamp(time: Timestamp): string {
  return new Date(millisecondsOf(time)).toISOString();
}

/** Negative, 0 or positive, as `left` is before, at or after `right`. */
export function compareTimestamps(left: Timestamp, right: Timestamp): number {
  return left.seconds - right.seconds || left.nanoseconds - right.nanoseconds;
}
