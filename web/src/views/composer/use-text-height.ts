import { useLayoutEffect } from "preact/hooks";

/** A field that is as high as its text, up to what its style allows. */
export function useTextHeight(field: { readonly current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
    // Bars only where there is more than fits.
    element.style.overflowY = element.scrollHeight > element.clientHeight + 1 ? "auto" : "hidden";
  }, [text]);
}
