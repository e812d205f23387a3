import type { Translation } from "../entries.js";
import type {
  failure as failureEn,
  alarm as alarmEn,
  transfer as transferEn,
  notice as noticeEn,
  noticeAction as noticeActionEn,
} from "./en.js";

export const failure: Translation<typeof failureEn> = {
  unknown: "No ha funcionado. Inténtalo de nuevo.",
  internal: "Algo salió mal. Inténtalo de nuevo.",
  offline: "No hay conexión con el servidor.",
  timeout: "El servidor no respondió a tiempo.",
  unavailable: "El servidor no está disponible en este momento.",
  catching_up: "El servidor está arrancando. Inténtalo en un momento.",
  bad_answer: "Algo entre tú y el servidor respondió en su lugar, como la página de acceso de una red.",
  closed: "La conexión se cerró.",
  rate_limited: "Demasiados intentos en poco tiempo. Espera un poco.",
  too_large: "Es demasiado grande para el servidor.",
  too_large_to_send: "Es demasiado largo para enviarlo. Divídelo en mensajes más cortos.",
  unauthorized: "El servidor no aceptó la firma de tu clave. Revisa el reloj de este dispositivo.",
  stale_timestamp: "El reloj de este dispositivo va mal. Ponlo en hora e inténtalo de nuevo.",
  login_refused: "El servidor no conoce esta clave: su alias se ha liberado.",
  not_offered: "Eso necesita una conexión WebSocket, que esta red no deja pasar.",
  not_permitted: "El servidor no lo permite.",
  not_found: "Aquí no hay nadie con ese nombre.",
  unknown_recipient: "Aquí no hay nadie con ese nombre.",
  unknown_sender: "Tu clave ya no tiene alias en este servidor.",
  bad_contact: "Eso no es un alias, una clave ni un enlace de una persona.",
  other_server: "Esa persona está en otro servidor. Todavía no se puede escribir entre servidores.",
  link_other_key:
    "El enlace responde por una clave distinta de la que el servidor muestra para este alias. Pregunta a la persona antes de escribir.",
  contact_alarm: "No se envía nada a este contacto hasta que mires la advertencia.",
  suspended: "Tu cuenta está suspendida: puedes leer, pero no enviar.",
  inbox_full: "El buzón del destinatario está lleno.",
  upgrade_required: "El servidor pide una versión más nueva de esta aplicación. Recarga la página.",
  storage_full: "El almacenamiento del navegador está lleno. Libera espacio en este dispositivo e inténtalo de nuevo.",
  storage_damaged: "Ese archivo está dañado, incompleto o es de otra cuenta.",
  storage_newer: "Una versión más nueva de esta aplicación ha usado este almacenamiento. Recarga la página.",
  storage_closed: "El navegador ha cerrado el almacenamiento. Recarga la página.",
  storage_failed: "El almacenamiento del navegador no responde. Recarga la página.",
  blocked: "Has bloqueado a este contacto.",
  alarm: "No se envía nada a este contacto hasta que hayas mirado el aviso.",
  outbox_full: "Hay demasiado esperando a ser enviado. Espera a que salga una parte.",
  handle_changed_key: "Este nombre lleva a otra clave que la que conoces. Mira primero el aviso en vuestra conversación.",
  leader_gone: "Se cerró la pestaña que debía hacerlo. Mira si se hizo y, si no, inténtalo otra vez.",
  leader_silent: "Otra pestaña de este programa no responde. Ciérrala e inténtalo otra vez.",
  nothing_to_forward: "En este mensaje no hay nada que reenviar.",
  anonymous_refused: "El servidor no acepta mensajes sin remitente.",
  forbidden: "El servidor no lo permite.",
  not_copied: "El navegador no permitió copiar.",
  file_gone: "El archivo ya no está en este dispositivo.",
  notifications_denied: "El navegador bloquea las notificaciones de esta página. Permítelas en sus ajustes.",
  unknown_call: "Otra pestaña usa otra versión. Recarga esta página.",
  not_ready: "kez aún no está listo para eso. Inténtalo en un momento.",
  starting: "kez todavía está arrancando. Inténtalo en un momento.",
  not_sent: "Nunca se envió.",
};

export const alarm: Translation<typeof alarmEn> = {
  title: "Alto: la identidad de este contacto ha cambiado",
  other_key:
    "El alias lleva ahora a una clave distinta de aquella a la que escribiste. Ocurre cuando alguien empieza con una cuenta nueva, y también cuando alguien intenta hacerse pasar por esa persona.",
  shrank:
    "El historial firmado de la clave de este contacto es más corto de lo que este dispositivo ya había visto. Un servidor honesto nunca hace eso.",
  forked:
    "El servidor muestra ahora un historial firmado de la clave de este contacto distinto del anterior. Un servidor honesto nunca hace eso.",
  invalid:
    "El historial firmado de la clave de este contacto no se puede verificar: algo en él está falsificado o dañado.",
  unknown: "Una versión más nueva de esta aplicación ha encontrado algo raro en este contacto.",
  before: "Antes",
  now: "Ahora",
  what: "No se envía nada a {name} hasta que decidas. Pregunta por otro medio si ha cambiado algo.",
  compare: "Comparar número de seguridad",
  accept: "Lo he comprobado, continuar",
  askTitle: "¿Confiar en lo que el servidor muestra ahora?",
  ask:
    "Hazlo solo si la persona te ha confirmado por otro medio que es ella. Lo que espera para enviarse saldrá entonces.",
  lookalikeTitle: "Se parece a otra persona",
  lookalike: "{name} se puede confundir con tu contacto {other}. Son personas distintas.",
  heldTitle: "El envío está en espera",
  held:
    "El historial de la clave de este contacto usa algo que esta versión no conoce. Recarga para obtener una más nueva; hasta entonces no se envía nada.",
  block: "Bloquear",
};

export const transfer: Translation<typeof transferEn> = {
  unknown: "El archivo no llegó.",
  wrong_hash: "Lo que llegó no es el archivo anunciado.",
  wrong_size: "Lo que llegó no tiene el tamaño anunciado.",
  incomplete: "No llegaron partes del archivo.",
  cancelled: "Cancelado. Puedes pedirlo otra vez.",
  evicted: "Había demasiados archivos sin terminar; este se descartó.",
};

export const notice: Translation<typeof noticeEn> = {
  action_failed: "No ha funcionado. Inténtalo de nuevo.",
  copied: "Copiado",
  saved: "Guardado",
  conversation_removed: "Conversación eliminada de este navegador",
  contact_blocked: "Bloqueado. Ya no se muestra nada suyo.",
  contact_unblocked: "Desbloqueado",
  contact_verified: "Verificado: cada uno tiene la clave del otro",
  history_imported: { one: "{count} mensaje importado", other: "{count} mensajes importados" },
  forwarded: { one: "Reenviado a {count} conversación", other: "Reenviado a {count} conversaciones" },
  history_exported: "Historial exportado",
  passphrase_set: "Frase de contraseña establecida",
  passphrase_removed: "Frase de contraseña eliminada",
  recovery_confirmed: "Muy bien: tu clave de recuperación está a salvo contigo",
  handle_released: "Alias liberado",
  messages_lost: "Estuviste fuera más tiempo del que el servidor guarda los mensajes: pueden faltar algunos.",
  file_too_large: "«{name}» ocupa más de 10 MB, el máximo que se puede enviar.",
  contact_alarm: "La identidad de {name} ha cambiado. Mira antes de escribir.",
  heic_sent_as_is:
    "Este navegador no puede convertir la foto: se envía como archivo y no todos los dispositivos la muestran.",
  notifications_denied: "El navegador bloquea las notificaciones de esta página. Permítelas en sus ajustes.",
  signed_out: "Sesión cerrada en otra pestaña",
};

export const noticeAction: Translation<typeof noticeActionEn> = {
  open: "Abrir",
  retry: "Reintentar",
  settings: "Ajustes",
};
