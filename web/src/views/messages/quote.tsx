import type { MessageId, Quote } from "../../app/api.js";
import { useAppState } from "../parts/app.js";
import { Icon } from "../parts/icon.js";
import { t } from "../texts/t.js";
import { lineOfMessage } from "./preview.js";
import { useTalk } from "./talk.js";
import { usePeerName } from "./use-conversation.js";

/** What a message answers; a click goes there. */
export function QuoteOf({ id }: { readonly id: MessageId }) {
  const quote = useAppState((state): Quote => state.open?.quotes.get(id) ?? "loading");
  const { me, jump } = useTalk();
  const peer = usePeerName();
  if (quote === "loading") return <div class="quote quote-still" aria-hidden="true"><span class="quote-name">…</span><span class="quote-line">…</span></div>;
  if (quote === "missing") {
    return <div class="quote quote-still"><span class="quote-line quote-ours">{t("messages.quoteMissing")}</span></div>;
  }
  const { icon, text, isOurs } = lineOfMessage(quote);
  return (
    <button type="button" class="quote" onClick={() => jump(quote.order)}>
      <span class="quote-name"><bdi>{quote.sender === me ? t("common.you") : peer}</bdi></span>
      <span class={isOurs ? "quote-line quote-ours" : "quote-line"}>
        {icon !== null && <Icon name={icon} size={14} />}<bdi>{text}</bdi>
      </span>
    </button>
  );
}
