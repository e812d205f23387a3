import type { Message } from "../../app/api.js";
import { failureText } from "../parts/failure-text.js";

/** Why one's own message did not go. */
export function whyFailed({ failure }: Message): string {
  return failureText({ code: failure ?? "unknown", retryAfter: null });
}
