import type { Message } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { Confirm } from "../parts/dialog.js";
import { t } from "../texts/t.js";
import { Forward } from "./forward.js";
import { MessageInfo } from "./message-info.js";

/** What is asked or told about a message in a window. */
export type Asking = "forward" | "info" | "deleteForMe" | "deleteForEveryone";

export interface MessageWindowProps {
  readonly message: Message;
  readonly asking: Asking;
  readonly onClose: () => void;
}

export function MessageWindow({ message, asking, onClose }: MessageWindowProps) {
  const actions = useActions();
  switch (asking) {
    case "forward": return <Forward message={message} onClose={onClose} />;
    case "info": return <MessageInfo message={message} onClose={onClose} />;
    case "deleteForMe":
      return (
        <Confirm title={t("messages.deleteForMeTitle")} confirm={t("messages.delete")} danger onClose={onClose}
          onConfirm={() => { onClose(); void actions.deleteForMe(message); }}>{t("messages.deleteForMeText")}</Confirm>
      );
    case "deleteForEveryone":
      return (
        <Confirm title={t("messages.deleteForEveryoneTitle")} confirm={t("messages.delete")} danger onClose={onClose}
          onConfirm={() => { onClose(); void actions.deleteForEveryone(message); }}>{t("messages.deleteForEveryoneText")}</Confirm>
      );
  }
}
