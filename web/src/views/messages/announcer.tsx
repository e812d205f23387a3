import { useEffect, useRef, useState } from "preact/hooks";
import type { OpenConversation, Order } from "../../app/api.js";
import { t } from "../texts/t.js";
import { lineOfMessage } from "./preview.js";
import { usePeerName } from "./use-conversation.js";

interface Said {
  readonly order: Order;
  readonly text: string;
}

/** Lines that are kept: a reader that is behind still reads them. */
const KEPT = 5;

/**
 * What comes in while the conversation is open, for those who hear the page: new texts only, never the history.
 *
 * `known` is the latest message there was when it was opened.
 */
export function Announcer({ open, known: before }: { readonly open: OpenConversation; readonly known: Order | "" }) {
  const peer = usePeerName();
  const [said, setSaid] = useState<readonly Said[]>([]);
  const last = useRef<Order | "">(before);
  useEffect(() => {
    // What was deleted meanwhile is not to be read here either.
    const gone = new Set(open.messages.filter(({ shown }) => shown.kind === "deleted").map(({ order }) => order));
    setSaid((before) => (before.some(({ order }) => gone.has(order)) ? before.filter(({ order }) => !gone.has(order)) : before));
    const known = last.current;
    const end = open.messages.at(-1)?.order ?? "";
    if (end <= known) return;
    last.current = end;
    if (open.after !== "none") return;
    const fresh = open.messages.filter((message) => message.order > known && message.state === null && message.shown.kind !== "deleted");
    setSaid((lines) => [...lines, ...fresh.map((message) => ({
      order: message.order, text: `${t("messages.wrote", { name: peer })} ${lineOfMessage(message).text}`,
    }))].slice(-KEPT));
  }, [open.messages]);
  return (
    <div class="unseen" role="log" aria-live="polite" aria-label={t("messages.new")}>
      {said.map(({ order, text }) => <p key={order}><bdi>{text}</bdi></p>)}
    </div>
  );
}
