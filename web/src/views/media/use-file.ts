import { useEffect, useState } from "preact/hooks";
import type { FileKey } from "../../app/api.js";
import type { FileUrls, ShownFile } from "./urls.js";

/** A file as the page can show it: null until it is read, "gone" when it is not here. @param isWanted whether to read it */
export function useFile(urls: FileUrls, key: FileKey, mime: string, isWanted: boolean): ShownFile | "gone" | null {
  const [file, setFile] = useState<ShownFile | "gone" | null>(null);
  useEffect(() => {
    if (!isWanted) return undefined;
    let isHere = true;
    void urls.acquire(key, mime).then((shown) => { if (isHere) setFile(shown ?? "gone"); }, () => { if (isHere) setFile("gone"); });
    return () => {
      isHere = false;
      setFile(null);
      urls.release(key);
    };
  }, [urls, key, mime, isWanted]);
  return file;
}
