/** Words of the parts, used everywhere. */
export const en = {
  close: "Close",
  cancel: "Cancel",
  back: "Back",
  copy: "Copy",
  copied: "Copied",
  notCopied: "Your browser did not allow copying",
  save: "Save",
  retry: "Try again",
  more: "More",
  loading: "Loading…",
  show: "Show",
  hide: "Hide",
  removeNamed: "Remove {name}",
  you: "You",
  error: "Something went wrong",
  qrFailed: "The QR code could not be drawn. Use the text instead.",
} as const;
