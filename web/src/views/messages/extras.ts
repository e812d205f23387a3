/**
 * What is opened over a conversation, in a file of its own that the page fetches when the first of it is opened: the worker
 * keeps it, so it opens offline too.
 */
export { FilesDialog } from "../composer/files-dialog.js";
export { NewConversation } from "../conversations/new-conversation.js";
export { Switcher } from "../conversations/switcher.js";
export { Lightbox } from "../media/lightbox.js";
export { ShortcutList } from "../shortcuts/shortcut-list.js";
export { EmojiPicker } from "./emoji-picker.js";
export { MessageWindow } from "./windows.js";
