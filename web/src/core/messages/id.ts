import { encodeHex, isHex, randomBytes } from "../bytes";

declare const brand: unique symbol;

/** What a sender calls one message: 16 random bytes, written as 32 lowercase hexadecimal digits. */
export type MessageId = string & { readonly [brand]: "message" };

/** What a sender calls one transfer of a file: of the same form. */
export type FileId = string & { readonly [brand]: "file" };

/** A conversation that is not the two-person one: of the same form. */
export type ConversationId = string & { readonly [brand]: "conversation" };

export function parseMessageId(text: string): MessageId | null {
  return isHex(text, 32) ? (text as MessageId) : null;
}

export function parseFileId(text: string): FileId | null {
  return isHex(text, 32) ? (text as FileId) : null;
}

export function parseConversationId(text: string): ConversationId | null {
  return isHex(text, 32) ? (text as ConversationId) : null;
}

export function newMessageId(): MessageId {
  return encodeHex(randomBytes(16)) as MessageId;
}

export function newFileId(): FileId {
  return encodeHex(randomBytes(16)) as FileId;
}
