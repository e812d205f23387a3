/** The client of this page: the app and, on top of it, what people see. */
import { startApp } from "./app/browser/start";

startApp(window, {
  someone: () => "kez",
  newMessage: () => "",
  newMessages: (count) => `${count}`,
  file: (name) => name,
  request: () => "",
});
