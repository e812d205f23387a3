/** A message in one line: for the list, for quotes and results, and for those who hear the page. */
import { displayText, type Message, type Preview, safeFilename, type Shown } from "../../app/api.js";
import { claimedKind } from "../media/kinds.js";
import type { IconName } from "../parts/icon.js";
import { t } from "../texts/t.js";

const LENGTH = 140;

export interface Line {
  readonly icon: IconName | null;
  readonly text: string;
  /** Our words, not the sender's. */
  readonly isOurs: boolean;
}

export function lineOf(shown: Shown): Line {
  switch (shown.kind) {
    case "text": return { icon: null, text: displayText(shown.text, LENGTH), isOurs: false };
    case "file": {
      const { caption, filename, mime } = shown.file;
      return { icon: iconOf(mime), text: displayText(caption ?? "", LENGTH) || safeFilename(filename), isOurs: false };
    }
    case "deleted": return { icon: "block", text: t("messages.deleted"), isOurs: true };
    case "placeholder": return { icon: "lock", text: t("messages.placeholder"), isOurs: true };
  }
}

/** Of a conversation's last message, of which only the text is known. */
export function lineOfPreview({ shown, text }: Preview): Line {
  switch (shown) {
    case "text": return { icon: null, text: displayText(text, LENGTH), isOurs: false };
    case "file": return { icon: "paperclip", text: displayText(text, LENGTH) || t("media.file"), isOurs: false };
    default: return lineOf(shown === "deleted" ? { kind: "deleted" } : { kind: "placeholder", cause: "newer", envelope: null });
  }
}

export function lineOfMessage(message: Message): Line {
  return lineOf(message.shown);
}

function iconOf(mime: string): IconName {
  switch (claimedKind(mime)) {
    case "image": return "image";
    case "audio": return "sound";
    case "video": return "play";
    case "file": return "file";
  }
}
