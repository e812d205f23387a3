/** The client of this page: the app and, on top of it, what people see. */
// First, for it says which layers of style win over which.
import "./views/style/index.css";
import { startApp } from "./app/browser/start";
import { ConversationsPane } from "./views/conversations/pane";
import { mount } from "./views/frame/root";
import { ConversationPane } from "./views/messages/pane";
import { Shortcuts } from "./views/shortcuts/shortcuts";
import { t } from "./views/texts/t";

const app = startApp(window, {
  someone: () => t("notifications.someone"),
  newMessage: () => t("notifications.newMessage"),
  newMessages: (count) => t("notifications.newMessages", { count }),
  file: (name) => t("notifications.file", { name }),
  request: () => t("notifications.request"),
});

const page = document.getElementById("app");
if (page !== null) mount(app, { List: ConversationsPane, Conversation: ConversationPane, Over: Shortcuts }, page);

// Then they open at once, without a network too.
const soon = window.requestIdleCallback ?? ((call: () => void) => setTimeout(call, 2000));
soon(() => { import("./views/frame/windows").catch(() => undefined); });
