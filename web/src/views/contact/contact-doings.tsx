import { useState } from "preact/hooks";
import type { ConversationView } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { Menu } from "../parts/menu.js";
import { Name } from "../parts/name.js";
import { useNow } from "../parts/use-now.js";
import { fullDateOf } from "../texts/dates.js";
import { rich } from "../texts/rich.js";
import { t } from "../texts/t.js";

const hour = 3_600_000;

/** Mute, block, remove. */
export function ContactDoings({ contact, onClose }: { readonly contact: ConversationView; readonly onClose: () => void }) {
  const actions = useActions();
  const now = useNow();
  const [asks, setAsks] = useState<"block" | "remove" | null>(null);
  const [muting, setMuting] = useState<DOMRect | null>(null);
  const isMuted = contact.mutedUntil > now;
  const name = <Name>{contact.name.text}</Name>;
  const done = async (action: Promise<boolean>, notice: "contact_blocked" | "conversation_removed"): Promise<void> => {
    if (await action) actions.notify("info", notice);
  };
  const mute = (hours: number) => () => void actions.mute(contact.id, Date.now() + hours * hour);
  return (
    <section class="doings" aria-label={t("common.more")}>
      {isMuted ? (
        <Button icon="bell" wide onClick={() => void actions.mute(contact.id, 0)}>
          {Number.isFinite(contact.mutedUntil) && contact.mutedUntil - now < 1000 * 24 * hour
            ? t("contact.unmuteUntil", { when: fullDateOf(contact.mutedUntil) }) : t("contact.unmute")}
        </Button>
      ) : (
        <Button icon="bellOff" wide aria-haspopup="menu" onClick={(event) => setMuting(event.currentTarget.getBoundingClientRect())}>
          {t("contact.mute")}
        </Button>
      )}
      {muting !== null && (
        <Menu label={t("contact.mute")} at={muting} onClose={() => setMuting(null)} items={[
          { label: t("contact.muteHour"), icon: "clock", onSelect: mute(1) },
          { label: t("contact.muteDay"), icon: "clock", onSelect: mute(24) },
          { label: t("contact.muteWeek"), icon: "clock", onSelect: mute(24 * 7) },
          { label: t("contact.muteForever"), icon: "bellOff", onSelect: () => void actions.mute(contact.id, Infinity) },
        ]} />
      )}
      {!contact.isSelf && (contact.standing === "blocked"
        ? <Button icon="block" wide onClick={() => void actions.unblock(contact.id)}>{t("contact.unblock")}</Button>
        : <Button icon="block" wide class="button-warns" onClick={() => setAsks("block")}>{t("contact.block")}</Button>)}
      <Button icon="trash" wide class="button-warns" onClick={() => setAsks("remove")}>{t("contact.remove")}</Button>
      {asks === "block" && (
        <Confirm title={rich("contact.blockTitle", { name })} confirm={t("contact.block")} danger onClose={() => setAsks(null)}
          onConfirm={() => { setAsks(null); void done(actions.block(contact.id), "contact_blocked"); }}>
          <p>{t("contact.blockAsk")}</p>
        </Confirm>
      )}
      {asks === "remove" && (
        <Confirm title={rich("contact.removeTitle", { name })} confirm={t("contact.remove")} danger onClose={() => setAsks(null)}
          onConfirm={() => { onClose(); void done(actions.removeConversation(contact.id), "conversation_removed"); }}>
          <p>{t("contact.removeAsk")}</p>
        </Confirm>
      )}
    </section>
  );
}
