import { type ComponentChild, render } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Renders `child` at the end of the page instead of where it stands, for as long as the component is there. */
export function usePortal(child: ComponentChild): void {
  const [host] = useState(() => document.createElement("div"));
  useEffect(() => {
    document.body.append(host);
    return () => {
      render(null, host);
      host.remove();
    };
  }, []);
  useEffect(() => render(child, host));
}
