import type { Message } from "../../app/api.js";
import { download } from "../media/download.js";
import { useActions } from "../parts/app.js";
import type { IconName } from "../parts/icon.js";
import { Menu, type MenuItem } from "../parts/menu.js";
import type { Place } from "../parts/place.js";
import { t } from "../texts/t.js";
import { quickReactions } from "./emoji.js";
import { copyText, type MessageAction, possibleActions } from "./possible.js";
import { toggled } from "./reactions.js";
import { useTalk } from "./talk.js";
import type { Asking } from "./windows.js";

export interface MessageMenuProps {
  readonly message: Message;
  readonly at: DOMRect | Place;
  readonly canWrite: boolean;
  readonly fileIsHere: boolean;
  /** Opens one of the windows about the message. */
  readonly onAsk: (asking: Asking) => void;
  readonly onClose: () => void;
}

const icons: Readonly<Record<MessageAction, IconName>> = {
  retry: "refresh", reply: "reply", react: "smile", edit: "edit", copy: "copy", download: "download", forward: "forward", info: "info",
  deleteForMe: "trash", deleteForEveryone: "trash",
};

/** What can be done with a message. */
export function MessageMenu({ message, at, canWrite, fileIsHere, onAsk, onClose }: MessageMenuProps) {
  const actions = useActions();
  const talk = useTalk();
  const possible = possibleActions(message, { canWrite, fileIsHere });
  const { shown } = message;
  const act = (action: MessageAction): void => {
    switch (action) {
      case "retry": return void actions.retry(message);
      case "reply": return talk.reply(message);
      case "react": return talk.pick(message, rectOf(at));
      case "edit": return talk.edit(message);
      case "copy":
        navigator.clipboard.writeText(copyText(message)).then(
          () => actions.notify("success", "copied"), () => actions.notify("error", "action_failed", { code: "not_copied" }),
        );
        return undefined;
      case "download": return void (shown.kind === "file" && download(actions, shown.key, shown.file.filename));
      case "forward": return onAsk("forward");
      case "info": return onAsk("info");
      case "deleteForMe": return onAsk("deleteForMe");
      case "deleteForEveryone": return onAsk("deleteForEveryone");
    }
  };
  const items = possible.map((action): MenuItem => {
    const isDeleting = action === "deleteForMe" || action === "deleteForEveryone";
    return { label: t(`messages.${action}`), icon: icons[action], danger: isDeleting, separated: action === "deleteForMe", onSelect: () => act(action) };
  });
  const mine = message.reactions[talk.me]?.emoji;
  const head = possible.includes("react") && (
    <div class="quick-reactions" role="group" aria-label={t("messages.react")}>
      {quickReactions.map((emoji) => (
        <button key={emoji} type="button" class={emoji === mine ? "emoji emoji-mine" : "emoji"} aria-label={t("messages.reactWith", { emoji })} aria-pressed={emoji === mine}
          onClick={() => { onClose(); talk.react(message, toggled(message, talk.me, emoji)); }}>{emoji}</button>
      ))}
    </div>
  );
  return <Menu label={t("messages.actions")} items={items} at={at} onClose={onClose} head={head} />;
}

function rectOf(at: DOMRect | Place): DOMRect {
  return at instanceof DOMRect ? at : new DOMRect(at.left, at.top, 0, 0);
}
