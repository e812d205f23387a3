import type { Translation } from "../entries.js";
import type { en } from "./en.js";

export const es: Translation<typeof en> = {
  close: "Cerrar",
  cancel: "Cancelar",
  back: "Atrás",
  copy: "Copiar",
  copied: "Copiado",
  notCopied: "Tu navegador no permitió copiar",
  save: "Guardar",
  retry: "Reintentar",
  retryAfter: { one: "Inténtalo de nuevo en {count} segundo.", other: "Inténtalo de nuevo en {count} segundos." },
  more: "Más",
  loading: "Cargando…",
  show: "Mostrar",
  hide: "Ocultar",
  removeNamed: "Quitar {name}",
  you: "Tú",
  error: "Algo ha salido mal",
  qrFailed: "No se pudo dibujar el código QR. Usa el texto.",
  camera: "Cámara",
  noCamera: "No hay cámara, o esta página no puede usarla. Permítelo en los ajustes del navegador.",
};
