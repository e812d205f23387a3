import { useRef, useState } from "preact/hooks";
import { limits } from "../../app/api.js";
import { useAppState } from "../parts/app.js";
import { isHeic, pastedName, type Refusal, refusalOf } from "./choosing.js";

export interface Chosen {
  readonly id: number;
  readonly file: File;
  readonly caption: string;
  /** Why it does not go with the others; null: it goes. */
  readonly refusal: Refusal | null;
  /** A photo that this browser cannot convert. */
  readonly isAsItWas: boolean;
}

export interface ChosenFiles {
  readonly files: readonly Chosen[];
  /** Photos are still being converted. */
  readonly isPreparing: boolean;
  readonly add: (files: Iterable<File>) => Promise<void>;
  readonly remove: (id: number) => void;
  readonly caption: (id: number, text: string) => void;
  readonly clear: () => void;
}

/** The files that a person is about to send. */
export function useChosenFiles(): ChosenFiles {
  const [files, setFiles] = useState<readonly Chosen[]>([]);
  const [preparing, setPreparing] = useState(0);
  const most = useAppState((state) => state.server?.fileBytes ?? limits.fileBytes);
  const next = useRef(0);
  // Raised by `clear`: what is still being converted then is not wanted any more.
  const round = useRef(0);
  const add = async (added: Iterable<File>): Promise<void> => {
    const mine = round.current;
    setPreparing((count) => count + 1);
    for (const raw of added) {
      const { file, isAsItWas } = await readable(named(raw));
      const isThere = await isReadable(file);
      if (round.current !== mine) break;
      setFiles((now) => {
        const going = now.filter(({ refusal }) => refusal === null).length;
        const refusal = isThere ? refusalOf(file, going, most) ?? (file.size > most ? "tooLarge" : null) : "unreadable";
        return [...now, { id: next.current++, file, caption: "", refusal, isAsItWas }];
      });
    }
    setPreparing((count) => count - 1);
  };
  return {
    files, isPreparing: preparing > 0, add,
    remove: (id) => setFiles((now) => now.filter((chosen) => chosen.id !== id)),
    caption: (id, text) => setFiles((now) => now.map((chosen) => (chosen.id === id ? { ...chosen, caption: text } : chosen))),
    clear: () => {
      round.current += 1;
      setFiles([]);
    },
  };
}

/** Photos of phones as what everybody can open. */
async function readable(file: File): Promise<{ readonly file: File; readonly isAsItWas: boolean }> {
  return isHeic(file) ? (await import("../frame/windows.js")).converted(file) : { file, isAsItWas: false };
}

/** What was pasted is called "image.png", all of it. */
function named(file: File): File {
  const isNamed = file.name !== "" && !/^image\.(png|jpe?g|gif|webp)$/.test(file.name);
  return isNamed ? file : new File([file], pastedName(file.type, Date.now()), { type: file.type });
}

/** A folder that was dropped looks like a file until it is read. */
async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
