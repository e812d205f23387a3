/** Whom to call, and how loudly, when a message has come: nobody for the conversation that somebody is looking at. */
import type { MessageId } from "../../core/messages/id";
import type { ConvId, Message } from "../../engine/model";
import type { ConversationView } from "../state";
import type { Viewing } from "./calls";
import type { Choices } from "./choices";

/** What a notification is to say; the words are the catalogue's. */
export interface Call {
  /** null: a request, which shows nothing of itself. */
  readonly conv: ConvId | null;
  readonly message: MessageId | null;
  /** null: not to be shown. */
  readonly name: string | null;
  /** null: not to be shown. */
  readonly preview: { readonly kind: "text" | "file" | "other"; readonly text: string } | null;
  /** Messages that wait in the conversation, this one included. */
  readonly count: number;
}

export interface Attention {
  readonly notification: Call | null;
  /** The tab that is to make a sound. */
  readonly sound: string | null;
}

const NOTHING: Attention = { notification: null, sound: null };

export function attentionFor(
  message: Message, view: ConversationView, choices: Choices, tabs: readonly Viewing[], now: number,
): Attention {
  if (view.standing === "blocked" || view.mutedUntil > now) return NOTHING;
  if (tabs.some(({ conv }) => conv === view.id)) return NOTHING;
  const sound = choices.sounds ? (tabs.find(({ canSound }) => canSound)?.tab ?? null) : null;
  if (!choices.notifications) return { notification: null, sound };
  if (view.standing === "request") {
    return { notification: { conv: null, message: null, name: null, preview: null, count: 1 }, sound };
  }
  const { previews } = choices;
  return {
    notification: {
      conv: view.id, message: message.id, name: previews ? view.name.text : null,
      preview: previews ? previewOf(message) : null, count: Math.max(1, view.unread),
    },
    sound,
  };
}

function previewOf({ shown }: Message): Call["preview"] {
  switch (shown.kind) {
    case "text": return { kind: "text", text: shown.text };
    case "file": return { kind: "file", text: shown.file.caption ?? shown.file.filename };
    default: return { kind: "other", text: "" };
  }
}
