import type { Message } from "../../app/api.js";
import { classes } from "../parts/classes.js";
import { t } from "../texts/t.js";
import { reactionChips, toggled } from "./reactions.js";
import { useTalk } from "./talk.js";
import { usePeerName } from "./use-conversation.js";

/** What people answered with a sign. A click gives the same, or takes one's own back. */
export function ReactionsRow({ message, canWrite }: { readonly message: Message; readonly canWrite: boolean }) {
  const { me, react } = useTalk();
  const peer = usePeerName();
  const chips = reactionChips(message, me);
  if (chips.length === 0) return null;
  return (
    <div class="reactions" role="group" aria-label={t("messages.reactions")}>
      {chips.map(({ emoji, senders, mine }) => {
        const names = senders.map((sender) => (sender === me ? t("common.you") : peer)).join(", ");
        return (
          <button key={emoji} type="button" class={classes("reaction", mine && "reaction-mine")} disabled={!canWrite} aria-pressed={mine}
            title={names} aria-label={t("messages.reactionOf", { emoji, names })} onClick={() => react(message, toggled(message, me, emoji))}>
            <span aria-hidden="true">{emoji}</span>
            {senders.length > 1 && <span class="reaction-count" aria-hidden="true">{senders.length}</span>}
          </button>
        );
      })}
    </div>
  );
}
