/** The codec that the client uses: envelopes sealed and signed on WebCrypto. */
import { type Bytes, encodeHex } from "../core/bytes.js";
import type { Content } from "../core/content/content.js";
import { readContent } from "../core/content/reading.js";
import { writeContent } from "../core/content/writing.js";
import { KezError } from "../core/errors.js";
import type { Identity } from "../core/identity/identity.js";
import type { Primary } from "../core/identity/primary.js";
import { limits } from "../core/limits.js";
import { maximumPlaintext, sealMessage } from "../core/messages/envelope.js";
import type { MessageId } from "../core/messages/id.js";
import { type MessageReading, readMessage } from "../core/messages/reading.js";
import { SharedSecrets } from "../core/messages/secrets.js";
import { millisecondsOf, timestampOf } from "../core/timestamp.js";
import type { Codec, Opening } from "./codec.js";

export class CoreCodec implements Codec {
  readonly me: Primary;
  private readonly identity: Identity;
  private readonly secrets: SharedSecrets;
  /** As `/v1/config` says. */
  envelopeBytes: number = limits.defaultEnvelopeBytes;

  constructor(identity: Identity) {
    this.me = identity.primary;
    this.identity = identity;
    this.secrets = new SharedSecrets(identity);
  }

  async seal(content: Content, to: Primary, id: MessageId, createdAt: number): Promise<Bytes> {
    const maximum = maximumPlaintext(this.envelopeBytes);
    const plaintext = writeContent(content, maximum);
    if (plaintext.length > maximum) throw new KezError("too_large", "This is too long for one message.");
    const parts = { to, id, createdAt: timestampOf(createdAt) };
    return sealMessage(plaintext, parts, await this.secrets.with(to), this.identity);
  }

  async open(envelope: Bytes, from: Primary | null): Promise<Opening> {
    let reading: MessageReading;
    try {
      reading = await readMessage(envelope, from, this.me, this.me, this.secrets);
    } catch {
      return { kind: "noise" };
    }
    switch (reading.kind) {
      case "opened": {
        const { attribution, createdAt } = reading.message;
        const content = readContent(reading.plaintext);
        return { kind: "content", from: attribution.from, id: attribution.id, createdAt: millisecondsOf(createdAt), content };
      }
      case "placeholder": {
        const cause = reading.unreadable.why === "unsupported" ? "newer" : "does_not_open";
        return { kind: "placeholder", from: reading.attribution.from, id: reading.attribution.id, cause, envelope };
      }
      case "unknownTag":
        return { kind: "placeholder", from: reading.from, id: await idOfBytes(envelope), cause: "newer", envelope };
      case "anonymous": return { kind: "anonymous" };
      case "refused": return { kind: "noise" };
    }
  }
}

/** A newer kind of envelope has no id that this version can read: its bytes are one, so that it is shown once. */
async function idOfBytes(envelope: Bytes): Promise<MessageId> {
  const hash = encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", envelope)));
  return hash.slice(0, 32) as MessageId;
}
