import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";

export interface TabsProps<Value extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly value: Value; readonly label: ComponentChildren; readonly count?: number }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** What belongs to the chosen one. */
  readonly children: ComponentChildren;
  readonly class?: string;
}

/** Views of which one is seen. Arrows move between the tabs, Tab goes into the panel. */
export function Tabs<Value extends string>({ label, tabs, value, onChange, children, class: more }: TabsProps<Value>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex((tab) => tab.value === value);
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: tabs.length - 1 - at }[event.key];
    const to = step === undefined ? undefined : tabs[(at + step + tabs.length) % tabs.length];
    if (to === undefined) return;
    event.preventDefault();
    onChange(to.value);
    list.current?.querySelector<HTMLElement>(`[data-tab="${to.value}"]`)?.focus();
  };
  return (
    <div class={more === undefined ? "tabs" : `tabs ${more}`}>
      <div class="tab-list" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map((tab) => (
          <button key={tab.value} type="button" role="tab" class="tab" id={`${id}-${tab.value}`} data-tab={tab.value}
            aria-selected={tab.value === value} aria-controls={`${id}-panel`} tabIndex={tab.value === value ? 0 : -1}
            onClick={() => onChange(tab.value)}>
            {tab.label}
            {tab.count !== undefined && tab.count > 0 && <span class="badge">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div class="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`}>{children}</div>
    </div>
  );
}
