import { useState } from "preact/hooks";
import type { ConversationView } from "../../app/api.js";
import type { Closed } from "../messages/possible.js";
import { nameOf } from "../messages/use-conversation.js";
import { useActions } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { rich } from "../texts/rich.js";
import { t } from "../texts/t.js";

/** Instead of the field, where nothing can be sent: why, and what there is to do. */
export function ClosedBar({ conversation, closed }: { readonly conversation: ConversationView; readonly closed: Closed }) {
  const actions = useActions();
  const [isBlocking, setBlocking] = useState(false);
  const { id } = conversation;
  const name = <bdi>{nameOf(conversation)}</bdi>;
  return (
    <div class={`closed-bar closed-${closed}`}>
      <p class="closed-why">{rich(`composer.closed_${closed}`, { name })}</p>
      <div class="closed-actions">
        {closed === "request" && (
          <>
            <Button onClick={() => setBlocking(true)} icon="block">{t("composer.block")}</Button>
            <Button onClick={() => void actions.removeConversation(id)} icon="trash">{t("composer.remove")}</Button>
            <Button kind="primary" onClick={() => void actions.accept(id)} icon="check">{t("composer.accept")}</Button>
          </>
        )}
        {closed === "blocked" && <Button kind="primary" onClick={() => void actions.unblock(id)}>{t("composer.unblock")}</Button>}
      </div>
      {isBlocking && (
        <Confirm title={rich("composer.blockTitle", { name })} confirm={t("composer.block")} danger onClose={() => setBlocking(false)}
          onConfirm={() => { setBlocking(false); void actions.block(id); }}>
          {t("composer.blockText")}
        </Confirm>
      )}
    </div>
  );
}
