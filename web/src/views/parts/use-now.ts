import { useEffect, useState } from "preact/hooks";

/** The time, renewed each `period` milliseconds: for clocks on the screen, which fetch nothing. */
export function useNow(period = 30_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), period);
    return () => clearInterval(timer);
  }, [period]);
  return now;
}
