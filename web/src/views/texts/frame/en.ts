export const en = {
  unreadCount: { one: "{count} unread message", other: "{count} unread messages" },
} as const;
