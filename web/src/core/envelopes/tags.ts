/**
 * The member `kez` of an envelope and the one payload type that goes with it.
 *
 * Source: protocol, section 2.
 */
export const payloadTypes = {
  handle_registration: "kez.chat.handle_registration",
  handle_release: "kez.chat.handle_release",
  message: "kez.chat.message",
  sigchain_link: "kez.sigchain.link",
  invite: "kez.chat.invite",
} as const;

export type EnvelopeTag = keyof typeof payloadTypes;

export function isKnownTag(tag: string): tag is EnvelopeTag {
  return Object.hasOwn(payloadTypes, tag);
}

export const signatureAlgorithm = "ed25519-sha512-jcs";
export const payloadVersion = 1;
