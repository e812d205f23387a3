import type { Translation } from "../entries.js";
import type { en } from "./en.js";

export const de: Translation<typeof en> = {
  close: "Schließen",
  cancel: "Abbrechen",
  back: "Zurück",
  copy: "Kopieren",
  copied: "Kopiert",
  notCopied: "Dein Browser hat das Kopieren nicht erlaubt",
  save: "Speichern",
  retry: "Erneut versuchen",
  more: "Mehr",
  loading: "Wird geladen…",
  show: "Anzeigen",
  hide: "Verbergen",
  removeNamed: "{name} entfernen",
  you: "Du",
  error: "Etwas ist schiefgegangen",
  qrFailed: "Der QR-Code konnte nicht gezeichnet werden. Nimm stattdessen den Text.",
};
