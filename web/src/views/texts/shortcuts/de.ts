import type { Translation } from "../entries.js";
import type { en } from "./en.js";

export const de: Translation<typeof en> = {
  title: "Tastenkürzel",
  everywhere: "Überall",
  conversations: "Unterhaltungen",
  writing: "Beim Schreiben",
  switcher: "Zu einer Unterhaltung wechseln",
  search: "In allem suchen",
  newConversation: "Neue Unterhaltung",
  settings: "Einstellungen",
  help: "Diese Liste",
  previous: "Vorherige Unterhaltung",
  next: "Nächste Unterhaltung",
  nextUnread: "Nächste ungelesene Unterhaltung",
  searchHere: "In dieser Unterhaltung suchen",
  attach: "Dateien anhängen",
  close: "Schließen",
  send: "Senden",
  newLine: "Neue Zeile",
  editLast: "Letzte Nachricht bearbeiten",
};
