import type { Translation } from "../entries.js";
import type {
  failure as failureEn,
  alarm as alarmEn,
  transfer as transferEn,
  notice as noticeEn,
  noticeAction as noticeActionEn,
} from "./en.js";

export const failure: Translation<typeof failureEn> = {
  unknown: "Das hat nicht geklappt. Bitte versuche es noch einmal.",
  internal: "Etwas ist schiefgegangen. Bitte versuche es noch einmal.",
  offline: "Es gibt keine Verbindung zum Server.",
  timeout: "Der Server hat nicht rechtzeitig geantwortet.",
  unavailable: "Der Server ist gerade nicht erreichbar.",
  catching_up: "Der Server startet gerade. Versuche es gleich noch einmal.",
  bad_answer: "Etwas zwischen dir und dem Server hat an seiner Stelle geantwortet, etwa die Anmeldeseite eines WLANs.",
  closed: "Die Verbindung wurde beendet.",
  rate_limited: "Zu viele Versuche in kurzer Zeit. Warte ein wenig.",
  too_large: "Das ist zu groß für den Server.",
  too_large_to_send: "Das ist zu lang zum Senden. Teile es in kürzere Nachrichten.",
  unauthorized: "Der Server hat die Signatur deines Schlüssels nicht angenommen. Prüfe die Uhr dieses Geräts.",
  stale_timestamp: "Die Uhr dieses Geräts geht falsch. Stelle sie und versuche es noch einmal.",
  login_refused: "Der Server kennt diesen Schlüssel nicht: sein Handle wurde freigegeben.",
  not_offered: "Das braucht eine WebSocket-Verbindung, die dieses Netz nicht durchlässt.",
  not_permitted: "Der Server erlaubt das nicht.",
  not_found: "Hier gibt es niemanden mit diesem Namen.",
  unknown_recipient: "Hier gibt es niemanden mit diesem Namen.",
  unknown_sender: "Dein Schlüssel hat auf diesem Server kein Handle mehr.",
  bad_contact: "Das ist kein Handle, Schlüssel oder Link einer Person.",
  other_server: "Diese Person ist auf einem anderen Server. Zwischen Servern kann man sich noch nicht schreiben.",
  link_other_key:
    "Der Link steht für einen anderen Schlüssel, als der Server für dieses Handle zeigt. Frag die Person, bevor du schreibst.",
  contact_alarm: "An diesen Kontakt wird nichts gesendet, bis du die Warnung angesehen hast.",
  suspended: "Dein Konto ist gesperrt: Du kannst lesen, aber nicht senden.",
  inbox_full: "Das Postfach des Empfängers ist voll.",
  upgrade_required: "Der Server verlangt eine neuere Version dieser App. Lade die Seite neu.",
  storage_full: "Der Speicher des Browsers ist voll. Schaffe Platz auf diesem Gerät und versuche es noch einmal.",
  storage_damaged: "Diese Datei ist beschädigt, unvollständig oder von einem anderen Konto.",
  storage_newer: "Eine neuere Version dieser App hat diesen Speicher benutzt. Lade die Seite neu.",
  storage_closed: "Der Browser hat den Speicher geschlossen. Lade die Seite neu.",
  storage_failed: "Der Speicher des Browsers antwortet nicht. Lade die Seite neu.",
  blocked: "Du hast diesen Kontakt blockiert.",
  alarm: "An diesen Kontakt geht nichts hinaus, bis du die Warnung angesehen hast.",
  outbox_full: "Zu vieles wartet darauf, gesendet zu werden. Warte, bis etwas davon hinaus ist.",
  handle_changed_key: "Dieser Name führt zu einem anderen Schlüssel als dem, den du kennst. Sieh dir zuerst die Warnung in der Unterhaltung an.",
  leader_gone: "Der Tab, der das tun sollte, wurde geschlossen. Sieh nach, ob es geschehen ist, und versuche es sonst noch einmal.",
  leader_silent: "Ein anderer Tab dieses Programms antwortet nicht. Schließe ihn und versuche es noch einmal.",
  nothing_to_forward: "An dieser Nachricht gibt es nichts weiterzuleiten.",
  anonymous_refused: "Der Server nimmt keine Nachrichten ohne Absender an.",
  forbidden: "Der Server erlaubt das nicht.",
  not_copied: "Der Browser hat das Kopieren nicht erlaubt.",
  file_gone: "Die Datei ist nicht mehr auf diesem Gerät.",
  notifications_denied:
    "Der Browser blockiert Benachrichtigungen für diese Seite. Erlaube sie in seinen Einstellungen.",
  unknown_call: "Ein anderer Tab läuft mit einer anderen Version. Lade diese Seite neu.",
  not_ready: "kez ist dafür noch nicht bereit. Versuche es gleich noch einmal.",
  starting: "kez startet noch. Versuche es gleich noch einmal.",
  not_sent: "Sie wurde nie gesendet.",
};

export const alarm: Translation<typeof alarmEn> = {
  title: "Halt: die Identität dieses Kontakts hat sich geändert",
  other_key:
    "Das Handle führt jetzt zu einem anderen Schlüssel als dem, an den du geschrieben hast. Das passiert, wenn jemand mit einem neuen Konto neu anfängt, und auch, wenn sich jemand für die Person ausgibt.",
  shrank:
    "Der signierte Verlauf des Schlüssels dieses Kontakts ist kürzer als das, was dieses Gerät schon gesehen hat. Ein ehrlicher Server tut das nie.",
  forked:
    "Der Server zeigt jetzt einen anderen signierten Verlauf des Schlüssels dieses Kontakts als vorher. Ein ehrlicher Server tut das nie.",
  invalid:
    "Der signierte Verlauf des Schlüssels dieses Kontakts lässt sich nicht prüfen: Etwas darin ist gefälscht oder beschädigt.",
  unknown: "Eine neuere Version dieser App hat bei diesem Kontakt etwas Auffälliges gefunden.",
  before: "Vorher",
  now: "Jetzt",
  what: "An {name} wird nichts gesendet, bis du entscheidest. Frag auf einem anderen Weg, ob sich etwas geändert hat.",
  compare: "Sicherheitsnummer vergleichen",
  accept: "Ich habe es geprüft, weiter",
  askTitle: "Dem vertrauen, was der Server jetzt zeigt?",
  ask:
    "Tu das nur, wenn die Person dir auf einem anderen Weg bestätigt hat, dass sie es ist. Was auf das Senden wartet, geht dann hinaus.",
  lookalikeTitle: "Sieht jemand anderem ähnlich",
  lookalike: "{name} lässt sich mit deinem Kontakt {other} verwechseln. Es sind verschiedene Personen.",
  heldTitle: "Senden ist angehalten",
  held:
    "Der Verlauf des Schlüssels dieses Kontakts enthält etwas, das diese Version nicht kennt. Lade neu, um eine neuere zu bekommen; bis dahin wird nichts gesendet.",
  block: "Blockieren",
};

export const transfer: Translation<typeof transferEn> = {
  unknown: "Die Datei ist nicht durchgekommen.",
  wrong_hash: "Was ankam, ist nicht die angekündigte Datei.",
  wrong_size: "Was ankam, hat nicht die angekündigte Größe.",
  incomplete: "Teile der Datei sind nicht angekommen.",
  cancelled: "Abgebrochen. Du kannst sie noch einmal holen.",
  evicted: "Es gab zu viele unfertige Dateien; diese wurde verworfen.",
};

export const notice: Translation<typeof noticeEn> = {
  action_failed: "Das hat nicht geklappt. Bitte versuche es noch einmal.",
  copied: "Kopiert",
  saved: "Gespeichert",
  conversation_removed: "Unterhaltung aus diesem Browser entfernt",
  contact_blocked: "Blockiert. Von dieser Person wird nichts mehr angezeigt.",
  contact_unblocked: "Nicht mehr blockiert",
  contact_verified: "Geprüft: ihr habt den Schlüssel des jeweils anderen",
  history_imported: { one: "{count} Nachricht importiert", other: "{count} Nachrichten importiert" },
  forwarded: { one: "An {count} Unterhaltung weitergeleitet", other: "An {count} Unterhaltungen weitergeleitet" },
  history_exported: "Verlauf exportiert",
  passphrase_set: "Passphrase gesetzt",
  passphrase_removed: "Passphrase entfernt",
  recovery_confirmed: "Sehr gut: dein Wiederherstellungsschlüssel ist sicher bei dir",
  handle_released: "Handle freigegeben",
  messages_lost: "Du warst länger weg, als der Server Nachrichten aufbewahrt: Hier können welche fehlen.",
  file_too_large: "„{name}“ ist größer als 10 MB; mehr lässt sich nicht senden.",
  contact_alarm: "Die Identität von {name} hat sich geändert. Sieh nach, bevor du schreibst.",
  heic_sent_as_is: "Dieser Browser kann das Foto nicht umwandeln: Es geht als Datei, die nicht jedes Gerät anzeigt.",
  notifications_denied:
    "Der Browser blockiert Benachrichtigungen für diese Seite. Erlaube sie in seinen Einstellungen.",
  signed_out: "In einem anderen Tab abgemeldet",
};

export const noticeAction: Translation<typeof noticeActionEn> = {
  open: "Öffnen",
  retry: "Erneut versuchen",
  settings: "Einstellungen",
};
