/** What can be done with a message, in the order in which it is offered. */
import type { ConversationView, Message } from "../../app/api.js";

export type MessageAction =
  | "retry" | "reply" | "react" | "edit" | "copy" | "download" | "forward" | "info" | "deleteForMe" | "deleteForEveryone";

export interface Circumstances {
  /** Something can be sent to the contact. */
  readonly canWrite: boolean;
  /** The file of the message is whole, here. */
  readonly fileIsHere: boolean;
}

export function possibleActions(message: Message, { canWrite, fileIsHere }: Circumstances): MessageAction[] {
  const { shown, state } = message;
  const mine = state !== null;
  // What did not get there has nobody who could answer it.
  const isOut = !mine || (state !== "failed" && state !== "sending");
  const isContent = shown.kind === "text" || shown.kind === "file";
  const actions: MessageAction[] = [];
  if (state === "failed" && canWrite) actions.push("retry");
  if (isContent && canWrite && isOut) actions.push("reply", "react");
  if (isEditable(message) && canWrite) actions.push("edit");
  if (copyText(message) !== "") actions.push("copy");
  if (shown.kind === "file" && fileIsHere) actions.push("download");
  if (shown.kind === "text" || (shown.kind === "file" && fileIsHere)) actions.push("forward");
  actions.push("info", "deleteForMe");
  if (mine && isContent && isOut && canWrite) actions.push("deleteForEveryone");
  return actions;
}

/** Why nothing can be sent in a conversation; null when something can. */
export type Closed = "request" | "blocked" | "alarm" | "held";

export function closedBy({ standing, trust }: Pick<ConversationView, "standing" | "trust">): Closed | null {
  if (standing === "blocked") return "blocked";
  if (trust.alarm !== null) return "alarm";
  if (standing === "request") return "request";
  return trust.isHeld ? "held" : null;
}

/** One's own texts that are on their way or there. */
export function isEditable({ shown, state }: Message): boolean {
  return shown.kind === "text" && state !== null && state !== "failed";
}

/** What is copied of a message; empty when there is nothing. */
export function copyText({ shown }: Message): string {
  if (shown.kind === "text") return shown.text;
  return shown.kind === "file" ? (shown.file.caption ?? "") : "";
}

/** The message that ↑ edits: one's last text, unless something newer of one's own is no text. */
export function lastEditable(messages: readonly Message[]): Message | null {
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (message !== undefined && message.state !== null && message.shown.kind !== "deleted") return isEditable(message) ? message : null;
  }
  return null;
}
