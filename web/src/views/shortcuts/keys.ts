/** Who does what a key asks for: the part that was rendered last and knows the key. */
import { useEffect, useRef } from "preact/hooks";
import type { ShortcutName } from "./table.js";

interface Handler {
  readonly name: ShortcutName;
  /** Gives false when there is nothing to do: then it is the next one's, or the browser's. */
  readonly run: () => unknown;
}

const handlers: Handler[] = [];

/** Does `run` when the key is pressed, as long as the component is there. `run` gives false when it has nothing to do. */
export function useKey(name: ShortcutName, run: () => unknown): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const handler: Handler = { name, run: () => latest.current() };
    handlers.push(handler);
    return () => { handlers.splice(handlers.indexOf(handler), 1); };
  }, [name]);
}

/** @returns whether somebody did it */
export function press(name: ShortcutName): boolean {
  for (let index = handlers.length - 1; index >= 0; index--) {
    const handler = handlers[index];
    if (handler?.name === name && handler.run() !== false) return true;
  }
  return false;
}

/** Whether the keys are a Mac's. */
export const isMac = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.platform);
