import { useEffect, useRef, useState } from "preact/hooks";

/**
 * Files that are dropped or pasted anywhere in the page while a conversation is open.
 *
 * @param take called with them; null: none are taken now, and the page is not left for a dropped file either
 * @param takeText called with a text that was pasted outside of any field
 * @returns whether files are being dragged over the page
 */
export function useDrops(take: ((files: readonly File[]) => void) | null, takeText: (text: string) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef({ take, takeText });
  latest.current = { take, takeText };
  useEffect(() => {
    // Entering a child comes before leaving its parent: counted, the page is left when all were.
    let depth = 0;
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth += 1;
      if (latest.current.take !== null && !isModal()) setOver(true);
    };
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = latest.current.take === null ? "none" : "copy";
    };
    const leave = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) latest.current.take?.(files);
    };
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData("text/plain") ?? "";
      const isField = event.target instanceof Element && event.target.closest("input, textarea, [contenteditable]") !== null;
      const inComposer = event.target instanceof Element && event.target.closest(".composer") !== null;
      // Programs for tables give a picture of the cells beside their text: in a field, the text is meant.
      if (files.length > 0 && (!isField || (inComposer && text === "")) && latest.current.take !== null) {
        event.preventDefault();
        latest.current.take(files);
      } else if (!isField && text !== "" && !isModal()) {
        event.preventDefault();
        latest.current.takeText(text);
      }
    };
    const listeners: readonly [string, (event: never) => void][] = [
      ["dragenter", enter], ["dragover", over], ["dragleave", leave], ["drop", drop], ["paste", paste],
    ];
    for (const [name, listener] of listeners) addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of listeners) removeEventListener(name, listener as EventListener);
    };
  }, []);
  return isOver;
}

function isModal(): boolean {
  return document.querySelector("dialog[open]") !== null;
}
