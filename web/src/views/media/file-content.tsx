import { type FileDescription, type FileKey, type Message, safeFilename } from "../../app/api.js";
import { useTalk } from "../messages/talk.js";
import { useAppState } from "../parts/app.js";
import { lazy } from "../parts/lazy.js";
import { claimedKind } from "./kinds.js";
import { FileCard } from "./file-card.js";
import { ImageContent } from "./image-content.js";
import { TransferLine } from "./transfer-line.js";
import { useFile } from "./use-file.js";

const Player = lazy(async () => (await import("../frame/windows.js")).Player, true);

export interface FileContentProps {
  readonly message: Message;
  readonly file: FileDescription;
  readonly fileKey: FileKey;
}

/** A file in its bubble: shown when it may be shown, otherwise its name and size; and how far it came. */
export function FileContent({ message, file, fileKey }: FileContentProps) {
  const { urls, enlarge } = useTalk();
  const transfer = useAppState((state) => state.transfers.get(fileKey));
  const kind = claimedKind(file.mime);
  // What one sends oneself is here from the start.
  const isHere = transfer?.state === "whole" || transfer?.direction === "out";
  const shown = useFile(urls, fileKey, file.mime, isHere && kind !== "file");
  const name = safeFilename(file.filename);
  const line = <TransferLine message={message} transfer={transfer} isGone={shown === "gone"} />;
  if (kind === "image" && (shown === null ? isHere : shown !== "gone" && shown.shape.kind === "image")) {
    return <><ImageContent file={shown === "gone" ? null : shown} name={name} onOpen={() => enlarge(message)} />{line}</>;
  }
  if (shown !== null && shown !== "gone" && (shown.shape.kind === "audio" || shown.shape.kind === "video")) {
    return <><Player kind={shown.shape.kind} url={shown.url} name={name} onEnlarge={() => enlarge(message)} />{line}</>;
  }
  return <><FileCard file={file} fileKey={fileKey} isHere={isHere && shown !== "gone"} />{line}</>;
}
