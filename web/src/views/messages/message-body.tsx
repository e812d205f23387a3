import type { Message } from "../../app/api.js";
import { FileContent } from "../media/file-content.js";
import { Icon } from "../parts/icon.js";
import { t } from "../texts/t.js";
import { MessageMeta } from "./message-state.js";
import { MessageText } from "./message-text.js";
import { QuoteOf } from "./quote.js";

/** What is in the bubble. */
export function MessageBody({ message, query }: { readonly message: Message; readonly query: string }) {
  const { shown } = message;
  switch (shown.kind) {
    case "text":
      return (
        <>
          {shown.replyTo !== null && <QuoteOf id={shown.replyTo} />}
          <MessageText text={shown.text} query={query} />
          <MessageMeta message={message} />
        </>
      );
    case "file":
      return (
        <>
          <FileContent message={message} file={shown.file} fileKey={shown.key} />
          {shown.file.caption !== null && shown.file.caption !== "" && <MessageText text={shown.file.caption} query={query} />}
          <MessageMeta message={message} />
        </>
      );
    case "deleted":
      return <><Said icon="block">{t("messages.deleted")}</Said><MessageMeta message={message} /></>;
    case "placeholder":
      return <><Said icon="lock">{t(`messages.cause_${shown.cause}`)}</Said><MessageMeta message={message} /></>;
  }
}

/** One line in our own words, where the sender's cannot be shown. */
function Said({ icon, children }: { readonly icon: "block" | "lock"; readonly children: string }) {
  return <p class="message-said"><Icon name={icon} size={16} />{children}</p>;
}
