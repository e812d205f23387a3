import { useEffect, useState } from "preact/hooks";
import { t } from "../texts/t.js";
import { Button, type ButtonProps, IconButton } from "./button.js";

type State = "idle" | "copied" | "failed";

/** Copies, and says for two seconds how that went. */
function useCopy(text: string): { readonly state: State; readonly copy: () => void } {
  const [state, setState] = useState<State>("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(() => setState("copied"), () => setState("failed"));
  };
  return { state, copy };
}

function said(state: State): string {
  return state === "copied" ? t("common.copied") : state === "failed" ? t("common.notCopied") : "";
}

export interface CopyButtonProps {
  readonly text: string;
  readonly label?: string;
  readonly kind?: ButtonProps["kind"];
  readonly wide?: boolean;
  readonly size?: "normal" | "small";
}

export function CopyButton({ text, label = t("common.copy"), kind = "secondary", wide = false, size = "normal" }: CopyButtonProps) {
  const { state, copy } = useCopy(text);
  return (
    <Button kind={kind} wide={wide} size={size} icon={state === "copied" ? "check" : "copy"} onClick={copy}>
      <span aria-live="polite">{state === "idle" ? label : said(state)}</span>
    </Button>
  );
}

/** The same as a picture, for a row with a value. */
export function CopyIconButton({ text, label }: { readonly text: string; readonly label: string }) {
  const { state, copy } = useCopy(text);
  return (
    <>
      <IconButton icon={state === "copied" ? "check" : "copy"} size="small" label={label} onClick={copy} />
      <span class="unseen" role="status">{said(state)}</span>
    </>
  );
}
