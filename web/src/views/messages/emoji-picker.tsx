import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { placeBeside } from "../parts/place.js";
import { t } from "../texts/t.js";
import { moreReactions, parseEmoji, quickReactions } from "./emoji.js";

export interface EmojiPickerProps {
  readonly at: DOMRect;
  readonly label: string;
  readonly onPick: (emoji: string) => void;
  readonly onClose: () => void;
}

const COLUMNS = 8;
const offered = [...new Set([...quickReactions, ...moreReactions])];

/** A sensible set to click at, and a field that takes any other emoji: the system's own picker knows them all. */
export function EmojiPicker({ at, label, onPick, onClose }: EmojiPickerProps) {
  const picker = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  const [typed, setTyped] = useState("");
  useLayoutEffect(() => {
    const element = picker.current;
    if (element === null) return undefined;
    const before = document.activeElement;
    element.showPopover();
    const { left, top } = placeBeside(at, element.getBoundingClientRect(), { width: innerWidth, height: innerHeight });
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
    element.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
    const outside = (event: Event): void => {
      if (!(event.target instanceof Node && element.contains(event.target))) close.current();
    };
    addEventListener("pointerdown", outside, true);
    return () => {
      removeEventListener("pointerdown", outside, true);
      if (before instanceof HTMLElement && before.isConnected && element.contains(document.activeElement)) before.focus({ preventScroll: true });
    };
  }, []);
  const pick = (emoji: string): void => {
    close.current();
    onPick(emoji);
  };
  const read = (text: string): void => {
    setTyped(text);
    const emoji = parseEmoji(text);
    if (emoji !== null) pick(emoji);
  };
  return (
    <div ref={picker} class="emoji-picker" popover="manual" role="dialog" aria-label={label} onKeyDown={(event) => {
      if (event.key === "Escape") close.current();
      else if (!move(event)) return;
      event.preventDefault();
      event.stopPropagation();
    }}>
      <div class="emoji-grid">
        {offered.map((emoji) => <button key={emoji} type="button" class="emoji" aria-label={emoji} onClick={() => pick(emoji)}>{emoji}</button>)}
      </div>
      <label class="emoji-other">
        <span>{t("messages.otherEmoji")}</span>
        <input type="text" value={typed} autocomplete="off" onInput={(event) => read(event.currentTarget.value)} />
      </label>
    </div>
  );
}

/** Arrows go through the grid. */
function move(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): boolean {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(".emoji")];
  const from = all.findIndex((button) => button === document.activeElement);
  if (step === undefined || from < 0) return false;
  const next = all[from + step];
  if (next !== undefined) next.focus();
  else if (step > 0) event.currentTarget.querySelector("input")?.focus();
  return true;
}
