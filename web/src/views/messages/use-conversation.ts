/** The conversation that is in view. */
import type { ConversationView } from "../../app/api.js";
import { useAppState } from "../parts/app.js";
import { t } from "../texts/t.js";

export function useConversation(): ConversationView | null {
  return useAppState((state) => {
    const conv = state.open?.conv;
    return conv === undefined ? null : (state.conversations.find(({ id }) => id === conv) ?? null);
  });
}

/** How the other one is called. Isolate its direction. */
export function usePeerName(): string {
  const conversation = useConversation();
  return conversation === null ? "" : nameOf(conversation);
}

export function nameOf({ isSelf, name }: Pick<ConversationView, "isSelf" | "name">): string {
  return isSelf ? t("conversations.notes") : name.text;
}
