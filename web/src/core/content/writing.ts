import type { ContentBody } from "./body";
import type { Content } from "./content";
import { describeFile } from "./file";
import { paddingOf } from "./padding";
import { writeSync } from "./sync";
import { type Bytes, encodeBase64, encodeUtf8 } from "../bytes";
import { type Writable, writeJson } from "../json/writer";

/**
 * The bytes to seal, padded so that their number tells little.
 *
 * @param maximum the most bytes that an envelope has room for (`maximumPlaintext`); padding that would pass it is
 *   left out
 */
export function writeContent(content: Content, maximum: number): Bytes {
  const plain = writeContentUnpadded(content);
  if (content.body.kind === "plainText") return plain;
  const padding = paddingOf(plain.length);
  if (padding === null || plain.length + padding.length > maximum) return plain;
  // The object's closing brace makes room for the member and comes last again.
  const padded = new Uint8Array(plain.length + padding.length);
  padded.set(plain);
  padded.set(encodeUtf8(padding + "}"), plain.length - 1);
  return padded;
}

/** The same without padding: what `kez-sync-v1` carries as the body of a message that was sent. */
export function writeContentUnpadded(content: Content): Bytes {
  if (content.body.kind === "plainText") return encodeUtf8(content.body.text);
  return writeJson({
    ...membersOf(content.body),
    fallback: content.fallback ?? undefined,
    quiet: content.quiet || undefined,
    conv: content.conversation ?? undefined,
    expires_in: content.expiresIn ?? undefined,
  });
}

type Named = Exclude<ContentBody, { kind: "plainText" }>;

/** `kez` and the members of the kind; an unknown kind has none that this version knows. */
function membersOf(body: Named): Record<string, Writable | undefined> {
  switch (body.kind) {
    case "text":
      return { kez: "kez-text-v1", text: body.text, reply_to: body.replyTo ?? undefined };
    case "inlineFile":
      return { kez: "kez-file-v1", mode: "inline", ...describeFile(body.file), data: encodeBase64(body.data) };
    case "chunkedFile":
      return { kez: "kez-file-v1", mode: "chunked", ...describeFile(body.file), n: body.chunks };
    case "fileChunk":
      return {
        kez: "kez-file-chunk-v1", file_id: body.file, i: body.index, n: body.count, data: encodeBase64(body.data),
      };
    case "fileWant":
      return { kez: "kez-file-want-v1", file_id: body.file, missing: body.missing };
    case "receipt":
      return { kez: "kez-receipt-v1", kind: body.receipt, ids: body.ids };
    case "reaction":
      return { kez: "kez-react-v1", target: body.target, emoji: body.emoji };
    case "edit":
      return { kez: "kez-edit-v1", target: body.target, text: body.text };
    case "delete":
      return { kez: "kez-delete-v1", target: body.target };
    case "sync":
      return { kez: "kez-sync-v1", ...writeSync(body.sync) };
    case "unknown":
      return { kez: body.name };
  }
}
