/**
 * What opens over the panes or is not there at the start, in one chunk: fetched when the page has nothing else to do, or
 * when the first of it is shown.
 */
export { converted } from "../composer/converting.js";
export { FilesDialog } from "../composer/files-dialog.js";
export { ConversationMenu } from "../conversations/conversation-menu.js";
export { NewConversation } from "../conversations/new-conversation.js";
export { Switcher } from "../conversations/switcher.js";
export { Lightbox } from "../media/lightbox.js";
export { Player } from "../media/player.js";
export { EmojiPicker } from "../messages/emoji-picker.js";
export { MessageMenu } from "../messages/message-menu.js";
export { MessageWindow } from "../messages/windows.js";
export { SearchResults } from "../search/results.js";
export { SearchHere } from "../search/search-here.js";
export { ShortcutList } from "../shortcuts/shortcut-list.js";
