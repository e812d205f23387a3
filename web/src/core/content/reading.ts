import { type ContentBody, isQuietByNature, type ReceiptKind } from "./body";
import { type Content, contentOf } from "./content";
import { readDescription } from "./file";
import { readSync } from "./sync";
import { decodeBase64, decodeUtf8Lossy } from "../bytes";
import { KezError } from "../errors";
import { Members, parse } from "../json/members";
import { readJson } from "../json/reader";
import type { JsonValue } from "../json/value";
import { limits } from "../limits";
import { type MessageId, parseConversationId, parseFileId, parseMessageId } from "../messages/id";

/** Reads an opened plaintext; there is none that cannot be read. */
export function readContent(plaintext: Uint8Array): Content {
  const reading = readJson(plaintext, limits.bodyDepth);
  const name = reading.ok ? (reading.value.get("kez")?.string ?? null) : null;
  if (!reading.ok || name === null) return contentOf({ kind: "plainText", text: decodeUtf8Lossy(plaintext) });

  const fallback = cut(reading.value.get("fallback")?.string ?? null);
  const quiet = reading.value.get("quiet")?.boolean ?? false;
  try {
    const members = new Members(reading.value);
    const body = readBody(name, members);
    return {
      body,
      fallback,
      quiet: quiet || isQuietByNature(body),
      conversation: members.optional("conv", (member) => parse(member, parseConversationId)),
      expiresIn: members.optional("expires_in", seconds),
    };
  } catch (error) {
    if (!(error instanceof KezError)) throw error;
    // A known kind with ill-typed members is treated like an unknown one.
    return contentOf({ kind: "unknown", name }, { fallback, quiet });
  }
}

/** @throws KezError when a member of a known kind is ill-typed */
function readBody(name: string, members: Members): ContentBody {
  switch (name) {
    case "kez-text-v1":
      return {
        kind: "text",
        text: members.string("text"),
        replyTo: members.optional("reply_to", (member) => parse(member, parseMessageId)),
      };
    case "kez-file-v1":
      return readFile(members);
    case "kez-file-chunk-v1":
      return readChunk(members);
    case "kez-file-want-v1":
      return {
        kind: "fileWant",
        file: members.required("file_id", (member) => parse(member, parseFileId)),
        missing: members.list("missing", chunkNumber, limits.chunks),
      };
    case "kez-receipt-v1":
      return {
        kind: "receipt",
        receipt: members.required("kind", (member) => parse(member, receiptKind)),
        ids: members.list("ids", (element) => parse(element, parseMessageId)),
      };
    case "kez-react-v1":
      return { kind: "reaction", target: target(members), emoji: members.string("emoji") };
    case "kez-edit-v1":
      return { kind: "edit", target: target(members), text: members.string("text") };
    case "kez-delete-v1":
      return { kind: "delete", target: target(members) };
    case "kez-sync-v1":
      return { kind: "sync", sync: readSync(members) };
    default:
      return { kind: "unknown", name };
  }
}

function readFile(members: Members): ContentBody {
  const file = readDescription(members);
  switch (members.string("mode")) {
    case "inline":
      return { kind: "inlineFile", file, data: members.required("data", (member) => parse(member, decodeBase64)) };
    case "chunked":
      return { kind: "chunkedFile", file, chunks: members.integer("n", 1, limits.chunks) };
    default:
      throw new KezError("bad_request", "This mode of sending a file is not known.");
  }
}

function readChunk(members: Members): ContentBody {
  const count = members.integer("n", 1, limits.chunks);
  return {
    kind: "fileChunk",
    file: members.required("file_id", (member) => parse(member, parseFileId)),
    index: members.integer("i", 0, count - 1),
    count,
    data: members.required("data", (member) => {
      const data = parse(member, decodeBase64);
      return data && data.length <= limits.chunkBytes ? data : null;
    }),
  };
}

function target(members: Members): MessageId {
  return members.required("target", (member) => parse(member, parseMessageId));
}

function receiptKind(text: string): ReceiptKind | null {
  return text === "delivered" || text === "read" ? text : null;
}

function chunkNumber(element: JsonValue): number | null {
  const number = element.integer;
  return number !== null && number >= 0 && number < limits.chunks ? number : null;
}

/** Whole seconds from 1; a count that no double holds exactly is for ever, as good as the largest one. */
function seconds(member: JsonValue): number | null {
  const count = member.bigint;
  if (count === null || count < 1n || count >= 2n ** 63n) return null;
  return Number(count) > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(count);
}

/** The first characters, counted in Unicode scalars: no surrogate pair is cut, no heap of marks let through. */
function cut(fallback: string | null): string | null {
  if (fallback === null || fallback.length <= limits.fallbackCharacters) return fallback;
  return Array.from(fallback.slice(0, 2 * limits.fallbackCharacters)).slice(0, limits.fallbackCharacters).join("");
}
