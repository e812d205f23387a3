import type { Translation } from "../entries.js";
import type { en } from "./en.js";

export const de: Translation<typeof en> = {
  label: "Suchen",
  here: "In der Unterhaltung suchen",
  clear: "Suche leeren",
  close: "Suche schließen",
  nothing: "Nichts gefunden",
  nothingText: "Gesucht wird in dem, was dieser Browser gespeichert hat. Versuche weniger oder andere Wörter.",
  conversations: "Personen",
  messages: "Nachrichten",
  found: { one: "{count} Treffer", other: "{count} Treffer" },
  position: "{index} von {total}",
  older: "Vorheriger Treffer",
  newer: "Nächster Treffer",
};
