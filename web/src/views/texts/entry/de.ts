import type { Translation } from "../entries.js";
import type { entryFailure as entryFailureEn, failed as failedEn } from "./en.js";

export const failed: Translation<typeof failedEn> = {
  insecure: "Diese Seite braucht eine sichere Verbindung. Öffne sie über https, in einem aktuellen Browser.",
  no_storage:
    "Dieser Browser gibt Seiten keinen Speicher, vielleicht wegen eines privaten Fensters oder seiner Einstellungen. Ohne ihn hat dein Schlüssel keinen Platz.",
  storage_newer: "Eine neuere Version dieser App hat diesen Speicher benutzt. Lade neu, um sie zu bekommen.",
  storage_damaged:
    "Was in diesem Browser gespeichert ist, ist beschädigt und nicht lesbar. Lade neu; hilft das nicht, melde dich hier ab und importiere deinen Wiederherstellungsschlüssel.",
  storage_failed:
    "Der Speicher des Browsers antwortet nicht. Lade die Seite neu; hilft das nicht, starte den Browser neu.",
  closed_by_other_tab: "Ein anderer Tab hat sich abgemeldet oder aktualisiert. Lade neu, um hier weiterzumachen.",
  unknown: "Beim Start ist etwas schiefgegangen. Lade die Seite neu.",
};

export const entryFailure: Translation<typeof entryFailureEn> = {
  primary_taken: "Dieser Schlüssel hat schon ein Handle.",
  handle_taken: "Jemand anderes hat dieses Handle. Wähle ein anderes.",
  reserved_handle: "Dieses Handle ist reserviert.",
  bad_handle: "Das ist kein mögliches Handle.",
  registration_closed: "Dieser Server nimmt keine neuen Konten an.",
  invite_required: "Dieser Server verlangt eine Einladung.",
  bad_invite: "Diese Einladung gilt hier nicht. Kopiere sie noch einmal ganz.",
  invite_used: "Diese Einladung wurde schon benutzt.",
  wrong_server: "Der Server heißt anders als vorher. Lade die Seite neu.",
  bad_recovery: "Das ist kein Wiederherstellungsschlüssel. Er beginnt mit SU und hat 58 Zeichen.",
  wrong_recovery: "Das ist nicht der Wiederherstellungsschlüssel dieses Kontos.",
  recovery_needed: "Gib zuerst deinen Wiederherstellungsschlüssel ein.",
  recovery_gone:
    "Dieser Browser hat den Wiederherstellungsschlüssel nicht mehr: Du hast bestätigt, dass du ihn verwahrst.",
  wrong_passphrase: "Das ist nicht die Passphrase.",
  no_passphrase: "Lege zuerst eine Passphrase fest.",
  signed_in: "Hier ist schon jemand angemeldet.",
  bad_key: "Der Schlüssel dieses Kontos ist nicht brauchbar.",
};
