/**
 * Numbers of the protocol that are no option of a server. What a server does let its operator choose is read
 * from `/v1/config`, never from here.
 *
 * Source: protocol, sections 1, 4, 6, 7 and 9.
 */
export const limits = {
  /** Levels of nesting in an envelope, and in any other JSON. */
  envelopeDepth: 24,
  bodyDepth: 32,
  /** Bytes of a file that goes into one message, and of one chunk of a larger one. */
  inlineFileBytes: 81_920,
  chunkBytes: 81_920,
  /** Bytes of the largest file. */
  fileBytes: 10 * 1024 * 1024,
  /** Chunks of one transfer: room for senders with smaller chunks than ours. */
  chunks: 10_240,
  /** Characters (Unicode scalars) of a fallback that are shown. */
  fallbackCharacters: 1000,
  /** Bytes of one link, links of one chain, devices of one chain at a time, characters of a device's name. */
  linkBytes: 16 * 1024,
  chainLinks: 1000,
  chainDevices: 32,
  deviceNameCharacters: 64,
  /** Characters of an invite. */
  inviteCharacters: 4096,
  /** Messages of a page of the inbox, at the most. */
  pageMessages: 500,
  /** Milliseconds that an envelope's time, and that of an X-KEZ-Auth header, may be from the server's. */
  timestampWindow: 300_000,
  authWindow: 60_000,
  /** Envelope bytes before `/v1/config` was read: what every server takes unless its operator chose less. */
  defaultEnvelopeBytes: 262_144,
} as const;
