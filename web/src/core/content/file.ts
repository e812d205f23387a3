import { type Bytes, isHex } from "../bytes";
import { sha256Hex } from "../crypto/digest";
import { type FileId, parseFileId } from "../messages/id";
import { type Members, parse } from "../json/members";
import type { Writable } from "../json/writer";
import { limits } from "../limits";

/** What a file's visible message says of it. Every member is the sender's claim until the bytes are there. */
export interface FileDescription {
  readonly id: FileId;
  /** As sent: for showing through `displayName`, never a path to write to. */
  readonly filename: string;
  /** As sent: what may be shown inline is decided by a list of our own. */
  readonly mime: string;
  /** Bytes, 0…10 MiB. */
  readonly size: number;
  /** 64 lowercase hexadecimal digits. */
  readonly sha256: string;
  readonly caption: string | null;
}

/** Whether `bytes` are the file that was announced; asked before it is shown. */
export async function matchesDescription(file: FileDescription, bytes: Bytes): Promise<boolean> {
  return bytes.length === file.size && (await sha256Hex(bytes)) === file.sha256;
}

/** How many chunks of our size a file of `size` bytes makes. */
export function chunksOf(size: number): number {
  return Math.max(1, Math.ceil(size / limits.chunkBytes));
}

/** @throws KezError when a member is ill-typed */
export function readDescription(members: Members): FileDescription {
  return {
    id: members.required("file_id", (member) => parse(member, parseFileId)),
    filename: members.string("filename"),
    mime: members.string("mime"),
    size: members.integer("size", 0, limits.fileBytes),
    sha256: members.required("sha256", (member) => parse(member, (text) => (isHex(text, 64) ? text : null))),
    caption: members.optionalString("caption"),
  };
}

export function describeFile(file: FileDescription): Record<string, Writable | undefined> {
  return {
    file_id: file.id,
    filename: file.filename,
    mime: file.mime,
    size: file.size,
    sha256: file.sha256,
    caption: file.caption ?? undefined,
  };
}
