/** The client of this page: the app and, on top of it, what people see. */
import { startApp } from "./app/browser/start";
import { t } from "./views/texts/t";

startApp(window, {
  someone: () => t("notifications.someone"),
  newMessage: () => t("notifications.newMessage"),
  newMessages: (count) => t("notifications.newMessages", { count }),
  file: (name) => t("notifications.file", { name }),
  request: () => t("notifications.request"),
});
