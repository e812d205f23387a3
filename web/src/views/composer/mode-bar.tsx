import type { Message } from "../../app/api.js";
import { lineOfMessage } from "../messages/preview.js";
import { usePeerName } from "../messages/use-conversation.js";
import { IconButton } from "../parts/button.js";
import { Icon } from "../parts/icon.js";
import { rich } from "../texts/rich.js";
import { t } from "../texts/t.js";
import type { Mode } from "./mode.js";

/** What is answered or edited, above the field. */
export function ModeBar({ mode, onLeave }: { readonly mode: Exclude<Mode, { kind: "write" }>; readonly onLeave: () => void }) {
  const peer = usePeerName();
  const isEdit = mode.kind === "edit";
  const message: Message = isEdit ? mode.message : mode.to;
  const { icon, text } = lineOfMessage(message);
  return (
    <div class="mode-bar">
      <Icon name={isEdit ? "edit" : "reply"} size={18} />
      <div class="mode-about">
        <p class="mode-title">
          {isEdit ? t("composer.editing") : message.state !== null ? t("composer.replyingToYou") : rich("composer.replyingTo", { name: <bdi>{peer}</bdi> })}
        </p>
        <p class="mode-line one-line">{icon !== null && <Icon name={icon} size={14} />}<bdi>{text}</bdi></p>
      </div>
      <IconButton icon="close" size="small" label={isEdit ? t("composer.leaveEdit") : t("composer.leaveReply")} onClick={onLeave} />
    </div>
  );
}
