import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export interface SwitchProps {
  readonly label: string;
  readonly description?: ComponentChildren;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** On or off, at once: a row of which everything can be clicked. */
export function Switch({ label, description, checked, disabled = false, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div class="switch-row">
      <label for={id} class="switch-label">{label}</label>
      <button type="button" role="switch" id={id} class="switch" aria-checked={checked} disabled={disabled}
        aria-describedby={description === undefined ? undefined : `${id}-about`} onClick={() => onChange(!checked)}>
        <span class="switch-knob" />
      </button>
      {description !== undefined && <div class="switch-about" id={`${id}-about`}>{description}</div>}
    </div>
  );
}
