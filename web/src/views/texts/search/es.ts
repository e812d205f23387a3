import type { Translation } from "../entries.js";
import type { en } from "./en.js";

export const es: Translation<typeof en> = {
  label: "Buscar",
  here: "Buscar en la conversación",
  clear: "Borrar búsqueda",
  close: "Cerrar búsqueda",
  nothing: "No se encontró nada",
  nothingText: "Se busca en lo que guarda este navegador. Prueba con menos palabras u otras.",
  conversations: "Personas",
  messages: "Mensajes",
  found: { one: "{count} resultado", other: "{count} resultados" },
  position: "{index} de {total}",
  older: "Resultado anterior",
  newer: "Resultado siguiente",
};
