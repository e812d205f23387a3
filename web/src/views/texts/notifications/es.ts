import type { Translation } from "../entries.js";
import type { en } from "./en.js";

export const es: Translation<typeof en> = {
  someone: "kez",
  newMessage: "Mensaje nuevo",
  newMessages: { one: "{count} mensaje nuevo", many: "{count} de mensajes nuevos", other: "{count} mensajes nuevos" },
  file: "Archivo: {name}",
  request: "Alguien nuevo quiere escribirte",
};
