import type { Translation } from "../entries.js";
import type { en } from "./en.js";

export const de: Translation<typeof en> = {
  someone: "kez",
  newMessage: "Neue Nachricht",
  newMessages: { one: "{count} neue Nachricht", other: "{count} neue Nachrichten" },
  file: "Datei: {name}",
  request: "Jemand Neues möchte dir schreiben",
};
