/** Saving a file: under a harmless name and a type with which no browser does anything. */
import { type Actions, type FileKey, safeFilename } from "../../app/api.js";
import { opaque } from "./kinds.js";

/** How long the browser may take to begin reading, in milliseconds. */
const GRACE = 60_000;

/** @returns whether the file was here */
export async function download(actions: Actions, key: FileKey, filename: string): Promise<boolean> {
  const blob = await actions.fileBlob(key);
  if (blob === null) return false;
  const url = URL.createObjectURL(blob.slice(0, blob.size, opaque.type));
  const link = document.createElement("a");
  link.href = url;
  link.download = safeFilename(filename);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), GRACE);
  return true;
}
