import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "./button.js";
import { classes } from "./classes.js";
import { Icon, type IconName } from "./icon.js";
import { placeBeside, type Place } from "./place.js";

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** A line above it. */
  readonly separated?: boolean;
  /** A box that is ticked or not. */
  readonly checked?: boolean;
  /** The keys that do the same. */
  readonly keys?: string;
}

export interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** Where it opens: beside a button, or at the pointer. */
  readonly at: DOMRect | Place;
  readonly onClose: () => void;
  /** Stands above the items, such as a row of reactions. */
  readonly head?: ComponentChildren;
}

/**
 * A menu in the browser's top layer, there as long as it is rendered. Arrows, Home, End and first letters move; Enter and
 * Space choose; Esc, Tab and a click elsewhere close. The focus goes back to where it was.
 */
export function Menu({ label, items, at, onClose, head }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    const before = document.activeElement;
    element.showPopover();
    const { left, top } = placeBeside(at, element.getBoundingClientRect(), { width: innerWidth, height: innerHeight });
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
    entries(element)[0]?.focus({ preventScroll: true });
    const outside = (event: Event): void => {
      if (!(event.target instanceof Node && element.contains(event.target))) close.current();
    };
    const away = (): void => close.current();
    addEventListener("pointerdown", outside, true);
    // Not "scroll": the page may still be coming to rest when the menu opens.
    addEventListener("wheel", outside, { capture: true, passive: true });
    addEventListener("touchmove", outside, { capture: true, passive: true });
    addEventListener("resize", away);
    addEventListener("blur", away);
    return () => {
      removeEventListener("pointerdown", outside, true);
      removeEventListener("wheel", outside, true);
      removeEventListener("touchmove", outside, true);
      removeEventListener("resize", away);
      removeEventListener("blur", away);
      const focused = document.activeElement;
      const ours = focused === null || focused === document.body || element.contains(focused);
      if (ours && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div ref={menu} class="menu" popover="manual" onKeyDown={(event) => moveFocus(event, onClose)}
      onContextMenu={(event) => event.preventDefault()}>
      {head}
      <div role="menu" aria-label={label}>
        {items.map((item) => (
          <>
            {item.separated === true && <div role="separator" class="menu-line" />}
            <button type="button" tabIndex={-1} disabled={item.disabled}
              role={item.checked === undefined ? "menuitem" : "menuitemcheckbox"} aria-checked={item.checked}
              class={classes("menu-item", item.danger && "menu-danger")}
              onClick={() => { onClose(); item.onSelect(); }}>
              {item.icon === undefined ? <span class="menu-gap" /> : <Icon name={item.icon} size={18} />}
              <span class="menu-text">{item.label}</span>
              {item.checked === true && <Icon name="check" size={16} />}
              {item.keys !== undefined && <kbd class="menu-keys" aria-hidden="true">{item.keys}</kbd>}
            </button>
          </>
        ))}
      </div>
    </div>
  );
}

function entries(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>("button:not(:disabled)")];
}

function moveFocus(event: KeyboardEvent & { readonly currentTarget: HTMLElement }, onClose: () => void): void {
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    onClose();
    return;
  }
  const all = entries(event.currentTarget);
  const at = all.findIndex((entry) => entry === document.activeElement);
  const to = target(event.key, all, at);
  if (to === null) return;
  event.preventDefault();
  event.stopPropagation();
  all[to]?.focus();
}

function target(key: string, all: readonly HTMLElement[], at: number): number | null {
  if (key === "ArrowDown" || key === "ArrowRight") return (at + 1) % all.length;
  if (key === "ArrowUp" || key === "ArrowLeft") return (at - 1 + all.length) % all.length;
  if (key === "Home") return 0;
  if (key === "End") return all.length - 1;
  if (key.length !== 1 || key === " ") return null;
  const letter = key.toLocaleLowerCase();
  const after = [...all.keys()].map((index) => (at + 1 + index) % all.length);
  return after.find((index) => all[index]?.textContent?.trim().toLocaleLowerCase().startsWith(letter)) ?? null;
}

export interface MenuButtonProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly icon?: IconName;
  readonly size?: "normal" | "small";
}

/** A button that opens a menu below itself. */
export function MenuButton({ label, items, icon = "more", size = "normal" }: MenuButtonProps) {
  const [at, setAt] = useState<DOMRect | null>(null);
  return (
    <>
      <IconButton icon={icon} label={label} size={size} aria-haspopup="menu" aria-expanded={at !== null}
        onClick={(event) => setAt(event.currentTarget.getBoundingClientRect())} />
      {at !== null && <Menu label={label} items={items} at={at} onClose={() => setAt(null)} />}
    </>
  );
}
