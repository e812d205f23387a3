/** Files between tabs and the engine: blobs there, bytes here. */
import type { Commands } from "../../engine/commands";
import type { Progress } from "../../engine/events";
import type { Library } from "../../engine/library";
import type { ConvId, FileKey, Message } from "../../engine/model";
import type { Posted } from "../../engine/posting";
import { limits } from "../../core/limits";
import type { ChosenFileInput } from "../actions";
import { refusal } from "../failure";
import type { TransferView } from "../state";

export function transferView({ direction, done, count, state, failure }: Progress): TransferView {
  return { direction, done, count, state: failure === "cancelled" ? "cancelled" : state, failure };
}

/** @throws KezError `too_large` before any of them is sent; or as `sendFile` does, with those before it sent */
export async function sendFiles(
  commands: Pick<Commands, "sendFile">, conv: ConvId, files: readonly ChosenFileInput[],
): Promise<Posted[]> {
  if (files.some(({ blob }) => blob.size > limits.fileBytes)) throw refusal("too_large");
  const posted: Posted[] = [];
  for (const { blob, filename, mime, caption } of files) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const { id, order } = await commands.sendFile(conv, { filename, mime, caption, bytes });
    posted.push({ id, order });
  }
  return posted;
}

/** What a file holds; null while it is not whole. No type: what a browser does with one is for the views to allow. */
export async function fileBlob(library: Pick<Library, "file">, key: FileKey): Promise<Blob | null> {
  const parts = await library.file(key);
  return parts === undefined ? null : new Blob(parts, { type: "application/octet-stream" });
}

export async function transferViews(
  library: Pick<Library, "progress">, keys: readonly FileKey[],
): Promise<(readonly [FileKey, TransferView])[]> {
  return Promise.all(keys.map(async (key) => {
    const progress = await library.progress(key);
    const view: TransferView = progress === undefined
      ? { direction: "in", done: 0, count: 0, state: "gone", failure: null } : transferView(progress);
    return [key, view] as const;
  }));
}

/** @throws KezError `not_found` when the file is not here, `nothing_to_forward` for what has no content */
export async function forward(
  engine: { readonly commands: Pick<Commands, "sendText" | "sendFile">; readonly library: Pick<Library, "file"> },
  { shown }: Message, to: readonly ConvId[],
): Promise<void> {
  if (shown.kind === "text") {
    for (const conv of to) await engine.commands.sendText(conv, shown.text);
    return;
  }
  if (shown.kind !== "file") throw refusal("nothing_to_forward");
  const blob = await fileBlob(engine.library, shown.key);
  if (blob === null) throw refusal("not_found");
  const { filename, mime, caption } = shown.file;
  for (const conv of to) await sendFiles(engine.commands, conv, [{ blob, filename, mime, caption }]);
}
