/** A message as the parts of the engine that take it see it: proved, opened, with its place. */
import type { Bytes } from "../core/bytes.js";
import type { Primary } from "../core/identity/primary.js";
import type { Content } from "../core/content/content.js";
import type { MessageId } from "../core/messages/id.js";
import type { PlaceholderCause } from "./model.js";

export interface Arrival {
  readonly sender: Primary;
  /** Who the conversation is with: the sender, or whom this identity wrote to from another browser. */
  readonly peer: Primary;
  readonly id: MessageId;
  /** Milliseconds since 1970 by which it is put in its place. */
  readonly at: number;
  /** The sender's time: it decides among edits and reactions of one sender, wherever they are read. */
  readonly createdAt: number;
  /** Of the log; 0 for what this browser wrote. */
  readonly seq: number;
  readonly what: Content | { readonly placeholder: PlaceholderCause; readonly envelope: Bytes };
  /** Written by this browser just now: it is on its way. */
  readonly outgoing?: boolean;
}
