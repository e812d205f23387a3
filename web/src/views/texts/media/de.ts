import type { Translation } from "../entries.js";
import type { en } from "./en.js";

export const de: Translation<typeof en> = {
  file: "Datei",
  openImage: "Bild {name} öffnen",
  imageBroken: "{name} kann nicht gezeigt werden",
  cannotPlay: "{name} kann nicht abgespielt werden",
  download: "{name} herunterladen",
  receiving: "Empfange {done}/{total} …",
  sending: "Sende {done}/{total} …",
  cancel: "Abbrechen",
  cancelled: "Abgebrochen",
  gone: "Diese Datei ist nicht mehr auf diesem Gerät.",
  play: "Abspielen",
  pause: "Anhalten",
  position: "Stelle",
  enlarge: "Vergrößern",
  zoomIn: "Vergrößern",
  zoomOut: "Verkleinern",
  previous: "Vorheriges",
  next: "Nächstes",
  position_of: "{index} von {total}",
};
