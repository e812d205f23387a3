import type { Message, SendState } from "../../app/api.js";
import { Icon, type IconName } from "../parts/icon.js";
import { Unseen } from "../parts/unseen.js";
import { fullDateOf, timeOf } from "../texts/dates.js";
import { t } from "../texts/t.js";

const icons: Readonly<Record<SendState, IconName>> = { sending: "clock", sent: "check", delivered: "checks", read: "checks", failed: "error" };

/** How far one's own message came: as a picture with its name. */
export function StateMark({ state }: { readonly state: SendState }) {
  return (
    <span class={`state state-${state}`} title={t(`messages.${state}`)}>
      <Icon name={icons[state]} size={15} />
      <Unseen>{t(`messages.${state}`)}</Unseen>
    </span>
  );
}

/** When a message was written, whether it was changed, and how far it came. */
export function MessageMeta({ message }: { readonly message: Message }) {
  const { at, edited, state, expiresAt } = message;
  return (
    <span class="message-meta">
      {expiresAt !== null && <span title={t("messages.expires", { time: fullDateOf(expiresAt) })}><Icon name="clock" size={13} /><Unseen>{t("messages.expires", { time: fullDateOf(expiresAt) })}</Unseen></span>}
      {edited !== null && message.shown.kind === "text" && <span>{t("messages.edited")}</span>}
      <time dateTime={new Date(at).toISOString()} title={fullDateOf(at)}>{timeOf(at)}</time>
      {state !== null && message.shown.kind !== "deleted" && <StateMark state={state} />}
    </span>
  );
}
