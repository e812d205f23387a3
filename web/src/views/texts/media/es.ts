import type { Translation } from "../entries.js";
import type { en } from "./en.js";

export const es: Translation<typeof en> = {
  file: "Archivo",
  openImage: "Abrir la imagen {name}",
  imageBroken: "{name} no se puede mostrar",
  cannotPlay: "{name} no se puede reproducir",
  download: "Descargar {name}",
  receiving: "Recibiendo {done}/{total}…",
  sending: "Enviando {done}/{total}…",
  cancel: "Cancelar",
  cancelled: "Cancelado",
  gone: "Este archivo ya no está en este dispositivo.",
  play: "Reproducir",
  pause: "Pausar",
  position: "Posición",
  enlarge: "Ampliar",
  zoomIn: "Acercar",
  zoomOut: "Alejar",
  previous: "Anterior",
  next: "Siguiente",
  position_of: "{index} de {total}",
};
