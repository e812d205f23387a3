/** Calendar days of the person who looks, found without making a date for every message. */
export interface Day {
  /** Milliseconds of its first moment, and of the next day's. */
  readonly start: number;
  readonly end: number;
}

/** The day that `at` lies in, in the time zone of the browser: 23, 24 or 25 hours. */
export function dayOf(at: number): Day {
  const date = new Date(at);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  return { start: new Date(year, month, day).getTime(), end: new Date(year, month, day + 1).getTime() };
}

export function isIn(day: Day, at: number): boolean {
  return at >= day.start && at < day.end;
}
