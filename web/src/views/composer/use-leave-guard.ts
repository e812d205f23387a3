import { useEffect, useRef } from "preact/hooks";

/**
 * The browser asks before it leaves the page while something is on its way to the disk: for milliseconds, as a rule.
 *
 * @returns waits for what must not be cut off
 */
export function useLeaveGuard(): <Value>(work: Promise<Value>) => Promise<Value> {
  const underWay = useRef(0);
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent): void => {
      if (underWay.current > 0) event.preventDefault();
    };
    addEventListener("beforeunload", guard);
    return () => removeEventListener("beforeunload", guard);
  }, []);
  return async (work) => {
    underWay.current++;
    try {
      return await work;
    } finally {
      underWay.current--;
    }
  };
}
