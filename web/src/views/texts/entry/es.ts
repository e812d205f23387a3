import type { Translation } from "../entries.js";
import type { entryFailure as entryFailureEn, failed as failedEn } from "./en.js";

export const failed: Translation<typeof failedEn> = {
  insecure: "Esta página necesita una conexión segura. Ábrela con https, en un navegador actual.",
  no_storage:
    "Este navegador no da almacenamiento a las páginas, quizá por una ventana privada o por sus ajustes. Sin él no hay dónde guardar tu clave.",
  storage_newer: "Una versión más nueva de esta aplicación ha usado este almacenamiento. Recarga para obtenerla.",
  storage_damaged:
    "Lo guardado en este navegador está dañado y no se puede leer. Recarga; si no basta, cierra la sesión e importa tu clave de recuperación.",
  storage_failed: "El almacenamiento del navegador no responde. Recarga la página; si no basta, reinicia el navegador.",
  closed_by_other_tab: "Otra pestaña ha cerrado la sesión o se ha actualizado. Recarga para continuar aquí.",
  unknown: "Algo salió mal al empezar. Recarga la página.",
};

export const entryFailure: Translation<typeof entryFailureEn> = {
  primary_taken: "Esta clave ya tiene un alias.",
  handle_taken: "Otra persona tiene este alias. Elige otro.",
  reserved_handle: "Este alias está reservado.",
  bad_handle: "Ese alias no es posible.",
  registration_closed: "Este servidor no acepta cuentas nuevas.",
  invite_required: "Este servidor pide una invitación.",
  bad_invite: "Esta invitación no vale aquí. Cópiala de nuevo, entera.",
  invite_used: "Esta invitación ya se ha usado.",
  wrong_server: "El servidor tiene otro nombre que antes. Recarga la página.",
  bad_recovery: "Eso no es una clave de recuperación. Empieza por SU y tiene 58 caracteres.",
  wrong_recovery: "Esa no es la clave de recuperación de esta cuenta.",
  recovery_needed: "Introduce primero tu clave de recuperación.",
  recovery_gone: "Este navegador ya no tiene la clave de recuperación: confirmaste que la guardas.",
  wrong_passphrase: "Esa no es la frase de contraseña.",
  no_passphrase: "Primero pon una frase de contraseña.",
  signed_in: "Ya hay alguien conectado aquí.",
  bad_key: "La clave de esta cuenta no se puede usar.",
};
