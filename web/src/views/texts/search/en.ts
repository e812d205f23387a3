export const en = {
  label: "Search",
  here: "Search in conversation",
  clear: "Clear search",
  close: "Close search",
  nothing: "Nothing found",
  nothingText: "Search looks through what is stored in this browser. Try fewer or other words.",
  conversations: "People",
  messages: "Messages",
  found: { one: "{count} result", other: "{count} results" },
  position: "{index} of {total}",
  older: "Previous result",
  newer: "Next result",
} as const;
