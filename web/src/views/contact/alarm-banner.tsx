import { useState } from "preact/hooks";
import { type ConversationView, hexOf, type Primary } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { Icon } from "../parts/icon.js";
import { Name } from "../parts/name.js";
import { showOverlay } from "../parts/overlay.js";
import { rich } from "../texts/rich.js";
import { t, textOf } from "../texts/t.js";

/**
 * The contact may be somebody else: what was noticed, and the two ways on. For the top of a conversation and of the
 * contact's window; nothing where there is no alarm.
 */
export function AlarmBanner({ contact, inSheet = false }: {
  readonly contact: ConversationView;
  /** In the contact's own window, where the safety number is below. */
  readonly inSheet?: boolean;
}) {
  const actions = useActions();
  const [asks, setAsks] = useState(false);
  const { alarm } = contact.trust;
  if (alarm === null) return null;
  return (
    <section class="alarm" role="alert">
      <p class="alarm-title"><Icon name="shieldAlert" size={24} />{t("alarm.title")}</p>
      <p>{textOf(`alarm.${alarm.kind}`) ?? t("alarm.unknown")}</p>
      {alarm.pinned !== null && alarm.shown !== null && (
        <dl class="alarm-keys">
          <dt>{t("alarm.before")}</dt><dd class="mono">{short(alarm.pinned)}</dd>
          <dt>{t("alarm.now")}</dt><dd class="mono">{short(alarm.shown)}</dd>
        </dl>
      )}
      <p class="alarm-what">{rich("alarm.what", { name: <Name>{contact.name.text}</Name> })}</p>
      <div class="row-wrap">
        {!inSheet && (
          <Button size="small" icon="shield" onClick={() => showOverlay({ kind: "contact", conv: contact.id })}>{t("alarm.compare")}</Button>
        )}
        <Button size="small" onClick={() => setAsks(true)}>{t("alarm.accept")}</Button>
        <Button size="small" kind="danger" onClick={() => void actions.block(contact.id)}>{t("alarm.block")}</Button>
      </div>
      {asks && (
        <Confirm title={t("alarm.askTitle")} confirm={t("alarm.accept")} danger onClose={() => setAsks(false)}
          onConfirm={() => { setAsks(false); void actions.acknowledgeAlarm(contact.id); }}>
          <p>{t("alarm.ask")}</p>
        </Confirm>
      )}
    </section>
  );
}

/** Enough of a key to see that it is another one. */
function short(primary: Primary): string {
  const hex = hexOf(primary);
  return `${hex.slice(0, 8)}…${hex.slice(-8)}`;
}
