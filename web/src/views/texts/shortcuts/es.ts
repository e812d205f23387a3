import type { Translation } from "../entries.js";
import type { en } from "./en.js";

export const es: Translation<typeof en> = {
  title: "Atajos de teclado",
  everywhere: "En todas partes",
  conversations: "Conversaciones",
  writing: "Al escribir",
  switcher: "Ir a una conversación",
  search: "Buscar en todo",
  newConversation: "Nueva conversación",
  settings: "Ajustes",
  help: "Esta lista",
  previous: "Conversación anterior",
  next: "Conversación siguiente",
  nextUnread: "Siguiente conversación sin leer",
  searchHere: "Buscar en esta conversación",
  attach: "Adjuntar archivos",
  close: "Cerrar",
  send: "Enviar",
  newLine: "Línea nueva",
  editLast: "Editar tu último mensaje",
};
