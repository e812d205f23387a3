/** The windows of a conversation as they are rendered: each is there a moment after it is asked for, the first time. */
import { lazy } from "../parts/lazy.js";

const extras = (): Promise<typeof import("./extras.js")> => import("./extras.js");

/** Fetches them ahead, when the browser has nothing else to do. */
export function prepareWindows(): void {
  const fetch = (): void => void extras().catch(() => undefined);
  if (typeof requestIdleCallback === "function") requestIdleCallback(fetch, { timeout: 5000 });
  else setTimeout(fetch, 1500);
}

export const FilesDialog = lazy(async () => (await extras()).FilesDialog);
export const NewConversation = lazy(async () => (await extras()).NewConversation);
export const Switcher = lazy(async () => (await extras()).Switcher);
export const Lightbox = lazy(async () => (await extras()).Lightbox);
export const ShortcutList = lazy(async () => (await extras()).ShortcutList);
export const EmojiPicker = lazy(async () => (await extras()).EmojiPicker);
export const MessageWindow = lazy(async () => (await extras()).MessageWindow);
