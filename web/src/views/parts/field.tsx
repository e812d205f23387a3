import type { ComponentChildren, JSX, Ref } from "preact";
import { useId, useState } from "preact/hooks";
import { t } from "../texts/t.js";
import { IconButton } from "./button.js";
import { classes } from "./classes.js";

type Native = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "value" | "onInput" | "label" | "class" | "ref">;

export interface FieldProps extends Native {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** What to know while typing. */
  readonly hint?: ComponentChildren;
  /** What is wrong, instead of the hint. */
  readonly error?: ComponentChildren;
  /** Good news, instead of the hint. */
  readonly good?: ComponentChildren;
  /** Stands behind the text, such as `@kez.lat`. */
  readonly trailing?: ComponentChildren;
  readonly leading?: ComponentChildren;
  /** The label is read, not seen. */
  readonly hideLabel?: boolean;
  /** Letters of one width: keys. */
  readonly mono?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** One line of text with its name, and one sentence about it. */
export function Field({ label, value, onValue, hint, error, good, trailing, leading, hideLabel, mono, inputRef, ...rest }: FieldProps) {
  const id = useId();
  const bad = error !== undefined && error !== null && error !== false;
  const note = bad ? error : good ?? hint;
  return (
    <div class={classes("field", bad && "field-bad", !bad && good !== undefined && good !== null && "field-good")}>
      <label class={classes("field-label", hideLabel && "unseen")} for={id}>{label}</label>
      <div class="field-box">
        {leading}
        <input autocomplete="off" {...rest} {...(inputRef === undefined ? {} : { ref: inputRef })} id={id} value={value}
          class={classes(mono && "mono")} onInput={(event) => onValue(event.currentTarget.value)}
          aria-invalid={bad || undefined} aria-describedby={`${id}-note`} />
        {trailing}
      </div>
      {/* Always there, so that what is put into it is announced. */}
      <div class="field-note" id={`${id}-note`} aria-live="polite">{note}</div>
    </div>
  );
}

/** A passphrase: hidden unless asked for. */
export function SecretField(props: Omit<FieldProps, "type" | "trailing">) {
  const [shown, setShown] = useState(false);
  const reveal = (
    <IconButton icon={shown ? "eyeOff" : "eye"} size="small" label={shown ? t("common.hide") : t("common.show")}
      aria-pressed={shown} onClick={() => setShown(!shown)} />
  );
  return <Field spellcheck={false} autocapitalize="off" {...props} type={shown ? "text" : "password"} trailing={reveal} />;
}

export interface TextAreaProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: ComponentChildren;
  readonly error?: ComponentChildren;
  readonly rows?: number;
  /** Letters of one width: keys. */
  readonly mono?: boolean;
  readonly autofocus?: boolean;
}

/** Several lines. */
export function TextArea({ label, value, onValue, hint, error, rows = 3, mono = false, autofocus = false }: TextAreaProps) {
  const id = useId();
  const bad = error !== undefined && error !== null && error !== false;
  return (
    <div class={classes("field", bad && "field-bad")}>
      <label class="field-label" for={id}>{label}</label>
      <div class="field-box">
        <textarea id={id} rows={rows} value={value} class={classes(mono && "mono")} autofocus={autofocus} spellcheck={false}
          autocapitalize="off" autocomplete="off" onInput={(event) => onValue(event.currentTarget.value)}
          aria-invalid={bad || undefined} aria-describedby={`${id}-note`} />
      </div>
      <div class="field-note" id={`${id}-note`} aria-live="polite">{bad ? error : hint}</div>
    </div>
  );
}
