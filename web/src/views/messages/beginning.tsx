import { EmptyState } from "../parts/empty-state.js";
import { t } from "../texts/t.js";
import { nameOf, useConversation } from "./use-conversation.js";
import { rich } from "../texts/rich.js";

/** A conversation in which nothing was said yet. */
export function Beginning() {
  const conversation = useConversation();
  if (conversation === null) return null;
  return (
    <div class="beginning">
      <EmptyState icon={conversation.isSelf ? "edit" : "lock"}
        title={conversation.isSelf ? t("messages.notesBegin") : rich("messages.begin", { name: <bdi>{nameOf(conversation)}</bdi> })}>
        {conversation.isSelf ? t("messages.notesBeginText") : t("messages.beginText")}
      </EmptyState>
    </div>
  );
}
