import { type Bytes, decodeUtf8Lossy } from "../bytes";
import { type MessageId, parseMessageId } from "../messages/id";
import { type Members, parse } from "../json/members";
import { RawJson, type Writable } from "../json/writer";
import { formatTimestamp, type Timestamp } from "../timestamp";
import { KezError } from "../errors";
import type { Primary } from "../identity/primary";

/** What a client tells the owner's other clients, in a message to oneself; from anybody else it is noise. */
export type SyncContent =
  | {
      readonly kind: "sent";
      readonly to: Primary;
      readonly id: MessageId;
      readonly createdAt: Timestamp;
      /** The JSON object that was sent to `to`: `readContent` takes it. */
      readonly body: Bytes;
    }
  /** Everything from `peer` up to that message was read. */
  | { readonly kind: "read"; readonly peer: Primary; readonly upTo: MessageId }
  /** A JSON object that the client defines. */
  | { readonly kind: "settings"; readonly body: Bytes };

/** @throws KezError when a member is ill-typed, or the kind unknown */
export function readSync(members: Members): SyncContent {
  const kind = members.string("kind");
  switch (kind) {
    case "sent":
      return {
        kind,
        to: members.primary("to"),
        id: members.required("id", (member) => parse(member, parseMessageId)),
        createdAt: members.timestamp("created_at"),
        body: members.object("body").raw,
      };
    case "read":
      return {
        kind,
        peer: members.primary("peer"),
        upTo: members.required("up_to", (member) => parse(member, parseMessageId)),
      };
    case "settings":
      return { kind, body: members.object("body").raw };
    default:
      throw new KezError("bad_request", "This kind of sync is not known.");
  }
}

export function writeSync(sync: SyncContent): Record<string, Writable | undefined> {
  switch (sync.kind) {
    case "sent":
      return {
        kind: sync.kind,
        to: sync.to,
        id: sync.id,
        created_at: formatTimestamp(sync.createdAt),
        body: new RawJson(decodeUtf8Lossy(sync.body)),
      };
    case "read":
      return { kind: sync.kind, peer: sync.peer, up_to: sync.upTo };
    case "settings":
      return { kind: sync.kind, body: new RawJson(decodeUtf8Lossy(sync.body)) };
  }
}
