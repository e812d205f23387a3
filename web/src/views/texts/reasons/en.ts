/** What the app tells by a code: why something failed, what happened, what is wrong. The names are the codes. */
export const failed = {
  insecure: "This page needs a secure connection. Open it over https, in a current browser.",
  no_storage:
    "This browser gives pages no storage, perhaps because of a private window or its settings. Without it there is nowhere to keep your key.",
  storage_newer: "A newer version of this client has used this storage. Reload to get that version.",
  storage_damaged:
    "What is stored in this browser is damaged and cannot be read. Reload; if that does not help, sign out here and import your recovery key.",
  storage_failed: "The browser’s storage does not answer. Reload the page; if that does not help, restart the browser.",
  closed_by_other_tab: "Another tab has signed out or updated. Reload to go on here.",
  unknown: "Something went wrong at the start. Reload the page.",
} as const;

export const failure = {
  unknown: "That did not work. Please try again.",
  internal: "Something went wrong. Please try again.",
  offline: "There is no connection to the server.",
  timeout: "The server did not answer in time.",
  unavailable: "The server is not reachable right now.",
  catching_up: "The server is just starting. Try again in a moment.",
  bad_answer: "Something between you and the server answered instead of it, such as the login page of a network.",
  closed: "The connection was closed.",
  rate_limited: "Too many tries in a short time. Wait a little.",
  too_large: "That is too large for the server.",
  too_large_to_send: "That is too long to send. Split it into shorter messages.",
  unauthorized: "The server did not accept your key’s signature. Check the clock of this device.",
  stale_timestamp: "The clock of this device is wrong. Set it, then try again.",
  login_refused: "The server does not know this key: its handle was released.",
  not_offered: "That needs a WebSocket connection, which this network does not let through.",
  not_permitted: "The server does not permit that.",
  not_found: "There is nobody of that name here.",
  unknown_recipient: "There is nobody of that name here.",
  unknown_sender: "Your key has no handle on this server any more.",
  bad_contact: "That is no handle, key or link of a person.",
  other_server: "That person is on another server. People on different servers cannot write to each other yet.",
  link_other_key:
    "The link vouches for another key than the server shows for this handle. Do not write before you have asked the person.",
  contact_alarm: "Nothing is sent to this contact until you have looked at the warning.",
  handle_taken: "Somebody else has this handle. Choose another one.",
  primary_taken: "This key has a handle already.",
  reserved_handle: "This handle is reserved.",
  bad_handle: "That is not a possible handle.",
  registration_closed: "This server takes no new accounts.",
  invite_required: "This server wants an invite.",
  bad_invite: "This invite is not valid here. Copy it again, all of it.",
  invite_used: "This invite has been used already.",
  wrong_server: "The server has another name than before. Reload the page.",
  suspended: "Your account is suspended: you can read, but not send.",
  inbox_full: "The inbox of the recipient is full.",
  upgrade_required: "The server wants a newer version of this client. Reload the page.",
  bad_recovery: "That is not a recovery key. It begins with SU and has 58 characters.",
  wrong_recovery: "That is not the recovery key of this account.",
  recovery_needed: "Enter your recovery key first.",
  recovery_gone: "This browser no longer has the recovery key: you have confirmed that you keep it.",
  wrong_passphrase: "That is not the passphrase.",
  storage_full: "The browser’s storage is full. Free some room on this device, then try again.",
  storage_damaged: "That file is damaged, cut off, or of another account.",
  storage_newer: "A newer version of this client has used this storage. Reload the page.",
  storage_closed: "The browser has closed the storage. Reload the page.",
  storage_failed: "The browser’s storage does not answer. Reload the page.",
  blocked: "You have blocked this contact.",
  alarm: "Nothing is sent to this contact until you have looked at the warning.",
  outbox_full: "Too much waits to be sent. Wait until some of it has gone out.",
  handle_changed_key: "This handle leads to another key than the one you know. Look at the warning in the conversation with them first.",
  bad_key: "The key of this account cannot be used.",
  leader_gone: "The tab that did this was closed. Look whether it was done, then try again.",
  leader_silent: "Another tab of this client does not answer. Close it, then try again.",
  nothing_to_forward: "There is nothing in this message to forward.",
  no_passphrase: "Set a passphrase first.",
  signed_in: "Somebody is signed in here already.",
  not_sent: "It was never sent.",
} as const;

export const alarm = {
  title: "Stop: the identity of this contact has changed",
  other_key:
    "The handle now leads to another key than the one you have written to. This happens when somebody starts anew with a new account, and also when somebody tries to pass for them.",
  shrank:
    "The signed history of this contact’s key is shorter than what this device has seen before. An honest server never does that.",
  forked:
    "The server now shows another signed history of this contact’s key than before. An honest server never does that.",
  invalid: "The signed history of this contact’s key does not verify: something in it is forged or damaged.",
  unknown: "A newer version of this client has found something wrong with this contact.",
} as const;

export const transfer = {
  unknown: "The file did not come through.",
  wrong_hash: "What arrived is not the file that was announced.",
  wrong_size: "What arrived does not have the announced size.",
  incomplete: "Parts of the file did not arrive.",
  cancelled: "Cancelled. It can be fetched again.",
  evicted: "There were too many unfinished files; this one was dropped.",
} as const;

export const notice = {
  action_failed: "That did not work. Please try again.",
  copied: "Copied",
  saved: "Saved",
  conversation_removed: "Conversation removed from this browser",
  contact_blocked: "Blocked. Nothing from them is shown any more.",
  contact_unblocked: "No longer blocked",
  contact_verified: "Verified: you have each other’s keys",
  history_imported: { one: "{count} message imported", other: "{count} messages imported" },
  forwarded: { one: "Forwarded to {count} conversation", other: "Forwarded to {count} conversations" },
  history_exported: "History exported",
  passphrase_set: "Passphrase set",
  passphrase_removed: "Passphrase removed",
  recovery_confirmed: "Well done: your recovery key is safe with you",
  handle_released: "Handle released",
  messages_lost: "You were away longer than the server keeps messages: some may be missing here.",
  file_too_large: "“{name}” is larger than 10 MB, the most that can be sent.",
  contact_alarm: "The identity of {name} has changed. Look before you write.",
  heic_sent_as_is: "This browser cannot convert the photo: it goes as a file, which not every device shows.",
  notifications_denied: "The browser blocks notifications for this page. Allow them in its settings.",
  signed_out: "Signed out in another tab",
} as const;

export const noticeAction = {
  open: "Open",
  retry: "Try again",
  settings: "Settings",
} as const;
