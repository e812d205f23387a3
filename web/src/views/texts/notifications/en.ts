/** What notifications say, outside of the page. */
export const en = {
  someone: "kez",
  newMessage: "New message",
  newMessages: { one: "{count} new message", other: "{count} new messages" },
  file: "File: {name}",
  request: "Somebody new wants to write to you",
} as const;
