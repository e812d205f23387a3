import { useEffect, useRef, useState } from "preact/hooks";
import type { HandleCheck } from "../../app/api.js";
import { useActions } from "../parts/app.js";

/** Milliseconds after the last key before the server is asked. */
const pause = 250;

/** What there is to say of `handle`; null while it is being asked. An answer that comes late is passed over. */
export function useHandleCheck(handle: string): HandleCheck | null {
  const actions = useActions();
  const [check, setCheck] = useState<HandleCheck | null>({ kind: "empty" });
  const asked = useRef(0);
  useEffect(() => {
    const mine = ++asked.current;
    if (handle === "") {
      setCheck({ kind: "empty" });
      return;
    }
    setCheck(null);
    const timer = setTimeout(() => {
      void actions.checkHandle(handle).then((found) => { if (asked.current === mine) setCheck(found); });
    }, pause);
    return () => clearTimeout(timer);
  }, [handle]);
  return check;
}
