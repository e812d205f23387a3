/** The conversation that is in view. */
import type { ConversationView } from "../../app/api.js";
import { useAppState } from "../parts/app.js";
import { t } from "../texts/t.js";

/** null: there is none of that name here. */
export function useConversation(): ConversationView | null {
  return useAppState(({ route, conversations }) => {
    const conv = route.page === "messages" ? route.conv : null;
    return conv === null ? null : (conversations.find(({ id }) => id === conv) ?? null);
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
