/**
 * The windows that open over the panes, in one chunk: fetched when the page has nothing else to do, or when the first of
 * them is shown.
 */
export { FilesDialog } from "../composer/files-dialog.js";
export { NewConversation } from "../conversations/new-conversation.js";
export { Switcher } from "../conversations/switcher.js";
export { Lightbox } from "../media/lightbox.js";
export { EmojiPicker } from "../messages/emoji-picker.js";
export { MessageWindow } from "../messages/windows.js";
export { ShortcutList } from "../shortcuts/shortcut-list.js";
