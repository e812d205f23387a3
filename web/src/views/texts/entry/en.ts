/** Why the client cannot begin, and why something about one's own identity failed. The names are the codes. */
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

export const entryFailure = {
  primary_taken: "This key has a handle already.",
  handle_taken: "Somebody else has this handle. Choose another one.",
  reserved_handle: "This handle is reserved.",
  bad_handle: "That is not a possible handle.",
  registration_closed: "This server takes no new accounts.",
  invite_required: "This server wants an invite.",
  bad_invite: "This invite is not valid here. Copy it again, all of it.",
  invite_used: "This invite has been used already.",
  wrong_server: "The server has another name than before. Reload the page.",
  bad_recovery: "That is not a recovery key. It begins with SU and has 58 characters.",
  wrong_recovery: "That is not the recovery key of this account.",
  recovery_needed: "Enter your recovery key first.",
  recovery_gone: "This browser no longer has the recovery key: you have confirmed that you keep it.",
  wrong_passphrase: "That is not the passphrase.",
  no_passphrase: "Set a passphrase first.",
  signed_in: "Somebody is signed in here already.",
  bad_key: "The key of this account cannot be used.",
} as const;
