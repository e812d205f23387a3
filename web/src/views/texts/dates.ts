/** Times as people write them, in the language and variant in force, in the browser's time zone. */
import { current } from "./language.js";

const day = 86_400_000;

const styles = {
  time: { hour: "numeric", minute: "2-digit" },
  weekday: { weekday: "short" },
  longWeekday: { weekday: "long" },
  dayMonth: { day: "numeric", month: "short" },
  longDayMonth: { weekday: "long", day: "numeric", month: "long" },
  date: { day: "numeric", month: "short", year: "numeric" },
  longDate: { day: "numeric", month: "long", year: "numeric" },
  full: { dateStyle: "full", timeStyle: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

// Making a format costs a hundred times what using it does, and lists use it for every row.
const formats = new Map<string, Intl.DateTimeFormat>();

function write(style: keyof typeof styles, at: number): string {
  const { locale } = current();
  const key = `${locale} ${style}`;
  let format = formats.get(key);
  if (format === undefined) formats.set(key, (format = new Intl.DateTimeFormat(locale, styles[style])));
  return format.format(at);
}

/** `14:05` */
export const timeOf = (at: number): string => write("time", at);

/** Everything: for titles and details. */
export const fullDateOf = (at: number): string => write("full", at);

/** `21 November 2026`, for things that are not of today by nature. */
export const dateOf = (at: number): string => write("longDate", at);

/** For a list: the time today, the weekday within six days, else the date. */
export function stampOf(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return write("time", at);
  if (days > 0 && days < 7) return write("weekday", at);
  return sameYear(at, now) ? write("dayMonth", at) : write("date", at);
}

/** For a line between days: today, yesterday, the weekday within six days, else the date. */
export function dayOf(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === 1) return capital(relative().format(-days, "day"));
  if (days > 0 && days < 7) return capital(write("longWeekday", at));
  return capital(sameYear(at, now) ? write("longDayMonth", at) : write("longDate", at));
}

/** How long ago, or until when: `in 5 min.`, `yesterday`. */
export function relativeOf(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000);
  const steps = [["day", 86_400], ["hour", 3600], ["minute", 60]] as const;
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return relative("short").format(Math.trunc(seconds / length), unit);
  }
  return relative("short").format(seconds, "second");
}

/** Whether two times are of the same day here. */
export function sameDay(a: number, b: number): boolean {
  return daysBetween(a, b) === 0;
}

function relative(style: "long" | "short" = "long"): Intl.RelativeTimeFormat {
  return new Intl.RelativeTimeFormat(current().locale, { numeric: "auto", style });
}

/** Whole days of the calendar, whatever the clock's changes to summer time. */
function daysBetween(at: number, now: number): number {
  const midnight = (time: number): number => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(at)) / day);
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear();
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(current().locale) + text.slice(1);
}
