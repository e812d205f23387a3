import { useId } from "preact/hooks";
import { Icon, type IconName } from "./icon.js";

export interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly icon?: IconName }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few, all in sight. The browser's radio buttons are what moves the choice, so the keyboard does what it always does. */
export function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class="choice-label">{label}</legend>
      <div class="choice-options">
        {options.map((option) => (
          <label key={option.value} class="choice-option">
            <input type="radio" class="unseen" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            <span class="choice-face">
              {option.icon !== undefined && <Icon name={option.icon} size={18} />}
              {option.label}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
