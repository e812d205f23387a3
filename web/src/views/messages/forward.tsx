import { useState } from "preact/hooks";
import type { ConvId, Failure, Message } from "../../app/api.js";
import { named } from "../conversations/folders.js";
import { useActions, useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { Banner } from "../parts/banner.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { failureText } from "../parts/failure-text.js";
import { Field } from "../parts/field.js";
import { Icon } from "../parts/icon.js";
import { t } from "../texts/t.js";
import { closedBy } from "./possible.js";
import { lineOfMessage } from "./preview.js";
import { nameOf } from "./use-conversation.js";

/** To whom a message is sent once more. */
export function Forward({ message, onClose }: { readonly message: Message; readonly onClose: () => void }) {
  const actions = useActions();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<readonly ConvId[]>([]);
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const conversations = useAppState((state) => state.conversations);
  const open = conversations.filter((conversation) => closedBy(conversation) === null);
  const found = named(open, query, t("conversations.notes"));
  const { icon, text } = lineOfMessage(message);
  const send = async (): Promise<void> => {
    setSending(true);
    const sent = await actions.forward(message, chosen);
    setSending(false);
    if (!sent.ok) return setFailure(sent.failure);
    actions.notify("success", "forwarded", { count: chosen.length });
    onClose();
  };
  const toggle = (id: ConvId): void => setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <Dialog title={t("messages.forward")} onClose={onClose} class="forward" actions={
      <Button kind="primary" icon="forward" busy={isSending} disabled={chosen.length === 0} onClick={() => void send()}>
        {t("messages.forwardTo", { count: chosen.length })}
      </Button>
    }>
      {failure !== null && <Banner kind="danger" urgent>{failureText(failure)}</Banner>}
      <blockquote class="forward-what one-line">{icon !== null && <Icon name={icon} size={15} />}<bdi>{text}</bdi></blockquote>
      <Field label={t("messages.forwardSearch")} hideLabel type="search" placeholder={t("messages.forwardSearch")} value={query} onValue={setQuery} autofocus />
      <ul class="forward-list" aria-label={t("conversations.list")}>
        {found.slice(0, 100).map((conversation) => (
          <li key={conversation.id}>
            <label class="forward-to">
              <input type="checkbox" class="unseen" checked={chosen.includes(conversation.id)} onChange={() => toggle(conversation.id)} />
              <Avatar seed={conversation.peer} size={36} />
              <bdi class="one-line">{nameOf(conversation)}</bdi>
              <span class="forward-tick"><Icon name="check" size={16} /></span>
            </label>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="forward-none">{t("search.nothing")}</p>}
    </Dialog>
  );
}
