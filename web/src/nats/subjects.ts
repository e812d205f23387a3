/** What may stand in a PUB or SUB line. Whether a subject is permitted is for the server to say. */
import { InvalidArgumentError } from "./errors";

/** No empty token, no white space, no control character. */
const subject = /^[^\s.\u0000-\u001f\u007f]+(\.[^\s.\u0000-\u001f\u007f]+)*$/;

export function checkedSubject(text: string): string {
  if (!subject.test(text)) throw new InvalidArgumentError("a subject is tokens with dots between them");
  return text;
}

/** A subject to publish on: wildcards would be taken for plain text. */
export function checkedLiteral(text: string): string {
  if (/(^|\.)[*>](\.|$)/.test(text)) throw new InvalidArgumentError("a subject to publish on has no wildcards");
  return checkedSubject(text);
}

/** 128 random bits, as a token: who cannot read a reply subject cannot guess it. */
export function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
