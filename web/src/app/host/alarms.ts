/** Alarms as the engine keeps them with a conversation: one text, read back by whichever version comes. */
import { parsePrimary, type Primary } from "../../core/identity/primary";
import type { Alarm } from "../../core/sigchain/continuity";
import type { AlarmView } from "../state";

/** Not an alarm to anybody's eye: a newer client is needed, and until then nothing is sent. */
export const HELD = JSON.stringify({ alarm: "held" });

export function writeAlarm(alarm: Alarm, handle: string | null): string {
  return JSON.stringify({ ...alarm, handle });
}

export function readAlarm(text: string | null): { readonly alarm: AlarmView | null; readonly isHeld: boolean } {
  if (text === null) return { alarm: null, isHeld: false };
  if (text === HELD) return { alarm: null, isHeld: true };
  const { alarm, pinned, shown, handle } = parsed(text);
  if (alarm !== "shrank" && alarm !== "forked" && alarm !== "invalid" && alarm !== "other_key") {
    // What nobody here can read is an alarm all the same.
    return { alarm: { kind: "unknown", pinned: null, shown: null, handle: null }, isHeld: false };
  }
  const key = (value: unknown): Primary | null => (typeof value === "string" ? parsePrimary(value) : null);
  return {
    alarm: { kind: alarm, pinned: key(pinned), shown: key(shown), handle: typeof handle === "string" ? handle : null },
    isHeld: false,
  };
}

function parsed(text: string): Partial<Record<"alarm" | "pinned" | "shown" | "handle", unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
