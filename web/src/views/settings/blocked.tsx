import type { ConversationView } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { Button } from "../parts/button.js";
import { EmptyState } from "../parts/empty-state.js";
import { Name } from "../parts/name.js";
import { shallow } from "../parts/use-store.js";
import { t } from "../texts/t.js";
import { Card } from "./card.js";

/** Whose messages are not shown. */
export function Blocked() {
  const actions = useActions();
  const blocked = useAppState((state) => peopleOf(state.conversations), shallow);
  if (blocked.length === 0) {
    return <EmptyState icon="block" title={t("settings.blockedNone")}><p>{t("settings.blockedAbout")}</p></EmptyState>;
  }
  return (
    <Card about={t("settings.blockedAbout")}>
      <ul>
        {blocked.map((conversation) => (
          <li key={conversation.id} class="person-row">
            <Avatar seed={conversation.peer} size={40} />
            <span class="person-name">
              <Name>{conversation.name.text}</Name>
              <span class="small muted one-line">{conversation.name.fqhn ?? conversation.name.key}</span>
            </span>
            <Button size="small" onClick={() => void actions.unblock(conversation.id)}>{t("settings.unblock")}</Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** One conversation of each: threads with the same person are blocked together. */
function peopleOf(conversations: readonly ConversationView[]): readonly ConversationView[] {
  const found = new Map<string, ConversationView>();
  for (const conversation of conversations) {
    if (conversation.standing === "blocked" && !found.has(conversation.peer)) found.set(conversation.peer, conversation);
  }
  return [...found.values()];
}
