import type { ComponentChildren } from "preact";
import { type Message, safeFilename, timeOfOrder } from "../../app/api.js";
import { useAppState } from "../parts/app.js";
import { CopyIconButton } from "../parts/copy-button.js";
import { Dialog } from "../parts/dialog.js";
import { fullDateOf } from "../texts/dates.js";
import { sizeOf } from "../texts/sizes.js";
import { t } from "../texts/t.js";
import { whyFailed } from "./failed.js";
import { StateMark } from "./message-state.js";
import { usePeerName } from "./use-conversation.js";

/** Everything that is known of a message beside what it says. */
export function MessageInfo({ message, onClose }: { readonly message: Message; readonly onClose: () => void }) {
  const me = useAppState((state) => state.me);
  const peer = usePeerName();
  const { shown, state, at, edited, expiresAt, sender, id, reactions } = message;
  const link = me === null ? null : `${new URL(me.link).origin}/messages/${message.conv}/${id}`;
  const given = Object.entries(reactions).filter(([, { emoji }]) => emoji !== "");
  return (
    <Dialog title={t("messages.info")} onClose={onClose}>
      <dl class="message-info">
        <Fact name={t("messages.from")}>
          <bdi>{sender === me?.primary ? t("common.you") : peer}</bdi><span class="mono info-key">{sender}</span>
        </Fact>
        <Fact name={state === null ? t("messages.received") : t("messages.written")}>{fullDateOf(at)}</Fact>
        {edited !== null && <Fact name={t("messages.edited")}>{fullDateOf(timeOfOrder(edited))}</Fact>}
        {state !== null && (
          <Fact name={t("messages.state")}>
            <span class="info-state"><StateMark state={state} /> {t(`messages.${state}`)}</span>
            {state === "failed" && <span class="info-why">{whyFailed(message)}</span>}
          </Fact>
        )}
        {expiresAt !== null && <Fact name={t("messages.goes")}>{fullDateOf(expiresAt)}</Fact>}
        {given.length > 0 && (
          <Fact name={t("messages.reactions")}>
            {given.map(([who, { emoji }]) => <span key={who}>{emoji} <bdi>{who === me?.primary ? t("common.you") : peer}</bdi></span>)}
          </Fact>
        )}
        {shown.kind === "file" && (
          <>
            <Fact name={t("media.file")}><bdi>{safeFilename(shown.file.filename)}</bdi><span>{sizeOf(shown.file.size)}</span></Fact>
            <Fact name="SHA-256"><span class="mono info-key">{shown.file.sha256}</span></Fact>
          </>
        )}
        {shown.kind === "placeholder" && <Fact name={t("messages.placeholder")}>{t(`messages.cause_${shown.cause}`)}</Fact>}
        {link !== null && (
          <Fact name={t("messages.link")}>
            <span class="info-link"><span class="mono info-key">{link}</span><CopyIconButton text={link} label={t("messages.copyLink")} /></span>
          </Fact>
        )}
      </dl>
    </Dialog>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}
