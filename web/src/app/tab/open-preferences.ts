/** The two choices that lie open, for the screens before anything is unlocked need them. Other tabs follow. */
import type { Preferences } from "../state";

export type OpenPreferences = Pick<Preferences, "theme" | "language">;

const KEY = "kez-preferences";
const THEMES: readonly OpenPreferences["theme"][] = ["system", "light", "dark"];
const LANGUAGES: readonly OpenPreferences["language"][] = ["en", "de", "es"];

/** The part of localStorage that is used; a browser may refuse it, and the choices then end with the page. */
export type KeptText = Pick<Storage, "getItem" | "setItem">;

export function loadOpenPreferences(storage: KeptText | null): OpenPreferences {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(KEY) ?? "{}");
    const { theme, language } = (typeof stored === "object" && stored !== null ? stored : {}) as Record<string, unknown>;
    return {
      theme: THEMES.find((known) => known === theme) ?? "system", language: LANGUAGES.find((known) => known === language) ?? null,
    };
  } catch {
    return { theme: "system", language: null };
  }
}

export function saveOpenPreferences(storage: KeptText | null, { theme, language }: OpenPreferences): void {
  try {
    storage?.setItem(KEY, JSON.stringify({ theme, language }));
  } catch {
    // Full or forbidden: they last as long as the page.
  }
}

/** Calls when another tab has changed them. */
export function onOpenPreferences(page: Pick<Window, "addEventListener">, changed: () => void): void {
  page.addEventListener("storage", ({ key }) => { if (key === KEY || key === null) changed(); });
}
