enum InboxWorkerPlaceholder {}
