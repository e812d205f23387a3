import { useRef, useState } from "preact/hooks";
import type { ConversationView } from "../../app/api.js";
import { nameOf } from "../messages/use-conversation.js";
import { useActions, useGetState } from "../parts/app.js";
import { Confirm } from "../parts/dialog.js";
import { Menu, type MenuItem } from "../parts/menu.js";
import { showOverlay } from "../parts/overlay.js";
import type { Place } from "../parts/place.js";
import { rich } from "../texts/rich.js";
import { t } from "../texts/t.js";

export interface ConversationMenuProps {
  readonly conversation: ConversationView;
  readonly at: DOMRect | Place;
  readonly onClose: () => void;
  /** Things that come first. */
  readonly more?: readonly MenuItem[];
}

/** What can be done with a conversation as a whole, with a question before what cannot be undone. */
export function ConversationMenu({ conversation, at, onClose, more = [] }: ConversationMenuProps) {
  const [asking, setAsking] = useState<"block" | "remove" | null>(null);
  // Choosing closes the menu before it does what was chosen: a question then takes the menu's place.
  const asked = useRef(false);
  const items = useItems(conversation, (what) => {
    asked.current = true;
    setAsking(what);
  });
  const actions = useActions();
  const getState = useGetState();
  const { id } = conversation;
  const name = <bdi>{nameOf(conversation)}</bdi>;
  if (asking === "block") {
    return (
      <Confirm title={rich("composer.blockTitle", { name })} confirm={t("composer.block")} danger onClose={onClose}
        onConfirm={() => { onClose(); void actions.block(id); }}>{t("composer.blockText")}</Confirm>
    );
  }
  if (asking === "remove") {
    const remove = (): void => {
      onClose();
      const { route } = getState();
      if (route.page === "messages" && route.conv === id) actions.closeConversation();
      void actions.removeConversation(id);
    };
    return (
      <Confirm title={rich("conversations.removeTitle", { name })} confirm={t("conversations.remove")} danger onClose={onClose} onConfirm={remove}>
        {t("conversations.removeText")}
      </Confirm>
    );
  }
  const close = (): void => queueMicrotask(() => { if (!asked.current) onClose(); });
  return <Menu label={t("conversations.actions")} items={[...more, ...items]} at={at} onClose={close} />;
}

const HOUR = 3_600_000;

function useItems({ id, standing, mutedUntil, isSelf }: ConversationView, ask: (what: "block" | "remove") => void): MenuItem[] {
  const actions = useActions();
  const items: MenuItem[] = [];
  if (!isSelf) items.push({ label: t("conversations.contact"), icon: "person", onSelect: () => showOverlay({ kind: "contact", conv: id }) });
  if (standing === "accepted" && !isSelf) {
    if (mutedUntil > Date.now()) {
      items.push({ label: t("conversations.unmute"), icon: "bell", onSelect: () => void actions.mute(id, 0) });
    } else {
      const mute = (hours: number) => () => void actions.mute(id, hours === Infinity ? Infinity : Date.now() + hours * HOUR);
      items.push(
        { label: t("conversations.muteHour"), icon: "bellOff", onSelect: mute(1) },
        { label: t("conversations.muteDay"), onSelect: mute(24) },
        { label: t("conversations.muteAlways"), onSelect: mute(Infinity) },
      );
    }
  }
  if (standing === "request") items.push({ label: t("composer.accept"), icon: "check", onSelect: () => void actions.accept(id) });
  if (standing === "blocked") items.push({ label: t("composer.unblock"), icon: "block", onSelect: () => void actions.unblock(id) });
  else if (!isSelf) items.push({ label: t("composer.block"), icon: "block", separated: true, danger: true, onSelect: () => ask("block") });
  items.push({ label: t("conversations.remove"), icon: "trash", separated: isSelf, danger: true, onSelect: () => ask("remove") });
  return items;
}
