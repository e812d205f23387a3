/** How much the engine keeps of what others send, and how often it speaks. Every queue and table has its bound here. */
export const bounds = {
  /** Live copies ahead of the cursor, after which the inbox is listed to move it. */
  ahead: 1000,
  /** Live copies that wait to be worked on; the reader of the feed waits then. */
  liveQueue: 256,
  /** Messages of one page of a list. */
  page: 200,

  /** Conversations with strangers that were not accepted, and messages kept in each; beyond, they are counted only. */
  requests: 100,
  requestMessages: 20,
  /** Characters of a stranger's text and bytes of a stranger's file that are kept; longer ones are counted only. */
  requestContent: 16 * 1024,
  /** Threads (`conv`) of one contact; content of further ones is shown in the first. */
  threads: 16,

  /** Edits, deletes and reactions whose target has not come, in one conversation; further ones are not kept. */
  held: 500,
  heldOfStranger: 20,
  /** Characters of an emoji: the longest flags and families fit. */
  emojiCharacters: 64,
  /** Characters of a text that are kept; an envelope can hold more, no reader reads it. */
  textCharacters: 100_000,
  /** Characters of a preview in the list of conversations. */
  previewCharacters: 160,

  /** Messages that wait to be sent. */
  outbox: 10_000,
  /** Milliseconds: pauses between attempts, full jitter. */
  retry: { base: 500, cap: 60_000 },

  /** Milliseconds between two receipts of one conversation. */
  receiptPause: 5000,
  /** Milliseconds: what is read so soon after it came needs no receipt of its own for its delivery. */
  deliveryPause: 200,
  /** Ids of one receipt; the rest goes with the next. */
  receiptIds: 500,
  /** Ids for which receipts are owed in one conversation; beyond, the oldest are forgotten. */
  receiptsOwed: 5000,

  /** Unfinished transfers and their bytes: of one sender, and of all. The oldest without a pointer goes first. */
  transfersOfSender: 16,
  transferBytesOfSender: 32 * 1024 * 1024,
  transfers: 64,
  transferBytes: 128 * 1024 * 1024,
  /** Chunks on their way at once. */
  window: 16,
  /** Milliseconds until missing chunks are asked for, doubled each time; and how often. */
  wantAfter: 3000,
  wants: 5,
  /** Indices in one want. */
  wantIndices: 512,
  /** How many times the size of a file its recipient may ask for in all. */
  resends: 4,
  /** Uploads, resends included, that wait. */
  uploads: 64,

  /** Milliseconds between two typing signals, and until one is forgotten. */
  typingPause: 3000,
  typingLasts: 6000,
  /** Contacts whose signals are heard: those written with last. */
  signals: 500,

  /** Milliseconds between head checks; up to a fifth is added. */
  headCheck: 300_000,
  /** Results of a search. */
  results: 200,
} as const;
