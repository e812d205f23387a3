import { type Actions, type FileKey, safeFilename } from "../../app/api.js";
import { saveAs } from "../parts/save-as.js";
import { opaque } from "./kinds.js";

/**
 * Saves a file, under a harmless name and a type with which no browser does anything.
 *
 * @returns whether it was here
 */
export async function download(actions: Actions, key: FileKey, filename: string): Promise<boolean> {
  const blob = await actions.fileBlob(key);
  if (blob === null) return false;
  saveAs(blob.slice(0, blob.size, opaque.type), safeFilename(filename));
  return true;
}
