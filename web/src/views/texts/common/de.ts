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
  retryAfter: { one: "Versuche es in {count} Sekunde wieder.", other: "Versuche es in {count} Sekunden wieder." },
  more: "Mehr",
  loading: "Wird geladen…",
  show: "Anzeigen",
  hide: "Verbergen",
  removeNamed: "{name} entfernen",
  you: "Du",
  error: "Etwas ist schiefgegangen",
  qrFailed: "Der QR-Code konnte nicht gezeichnet werden. Nimm stattdessen den Text.",
  camera: "Kamera",
  noCamera:
    "Es gibt keine Kamera, oder diese Seite darf sie nicht benutzen. Erlaube es in den Einstellungen des Browsers.",
};
