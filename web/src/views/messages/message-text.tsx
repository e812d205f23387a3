import { useMemo, useState } from "preact/hooks";
import { displayMessage } from "../../app/api.js";
import { Button } from "../parts/button.js";
import { marked } from "../search/snippet.js";
import { t } from "../texts/t.js";
import { emojiCount } from "./emoji.js";
import { linkify } from "./linkify.js";

/** Characters and lines beyond which a text is opened by hand. */
const CHARACTERS = 2500;
const LINES = 40;

export interface MessageTextProps {
  readonly text: string;
  /** Words of a search, which are marked. */
  readonly query: string;
}

/** The text of somebody: links can be clicked, nothing else in it means anything. */
export function MessageText({ text, query }: MessageTextProps) {
  const [isOpen, open] = useState(false);
  const shown = useMemo(() => displayMessage(text), [text]);
  const short = useMemo(() => shortened(shown), [shown]);
  const pieces = useMemo(() => linkify(isOpen ? shown : short), [isOpen, shown, short]);
  const large = emojiCount(shown);
  return (
    <>
      <p class={large > 0 ? `message-text message-emoji message-emoji-${large}` : "message-text"} dir="auto">
        {pieces.map((piece, index) => piece.kind === "text"
          ? <Words key={index} text={piece.text} query={query} />
          : <a key={index} href={piece.href} title={piece.href} target="_blank" rel="noopener noreferrer" dir="ltr">
              <Words text={piece.text} query={query} />
            </a>)}
      </p>
      {short.length < shown.length && !isOpen && (
        <Button kind="quiet" size="small" class="message-more" onClick={() => open(true)}>{t("messages.showAll")}</Button>
      )}
    </>
  );
}

function Words({ text, query }: MessageTextProps) {
  if (query === "") return <>{text}</>;
  return <>{marked(text, query).map((piece, index) => (piece.hit ? <mark key={index}>{piece.text}</mark> : piece.text))}</>;
}

function shortened(text: string): string {
  let end = Math.min(text.length, CHARACTERS);
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) {
    if (++lines === LINES) end = at;
  }
  // A little more than that is shown at once: a button for three words helps nobody.
  if (text.length - end < 200 && lines < LINES) return text;
  const cut = text.slice(0, end).replace(/[\ud800-\udbff]$/, "");
  return cut.length < text.length ? `${cut}…` : cut;
}
