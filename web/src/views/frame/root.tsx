/** The whole page: `mount` puts it into the document; everything else is rendered from the app's state. */
import { render } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { App } from "../../app/api.js";
import { AppProvider, useAppState } from "../parts/app.js";
import { lazy } from "../parts/lazy.js";
import { current, resolveLanguage, setLanguage } from "../texts/language.js";
import { useFirstKey } from "../welcome/first-key.js";
import { Notices } from "./notices.js";
import { Panes } from "./panes.js";
import type { Slots } from "./slots.js";
import { Starting } from "./starting.js";

const Failed = lazy(async () => (await import("./pages.js")).Failed);
const Welcome = lazy(async () => (await import("./pages.js")).Welcome);
const KeyLost = lazy(async () => (await import("./pages.js")).KeyLost);
const Unlock = lazy(async () => (await import("./pages.js")).Unlock);
const FirstRecovery = lazy(async () => (await import("./pages.js")).FirstRecovery);

/** Renders the app into `element`, and again whenever the app has changed. */
export function mount(app: App, slots: Slots, element: Element): void {
  render(<AppProvider value={app}><Root slots={slots} /></AppProvider>, element);
}

function Root({ slots }: { readonly slots: Slots }) {
  useTheme();
  const language = useLanguage();
  // Whatever is on the page is written anew in another language.
  return language === null ? <Starting /> : (
    <div class="app" key={language}>
      <Phases slots={slots} />
      <Notices />
    </div>
  );
}

function Phases({ slots }: { readonly slots: Slots }) {
  const phase = useAppState((state) => state.phase);
  const firstKey = useFirstKey();
  switch (phase.kind) {
    case "starting": return <Starting />;
    case "welcome": return <Welcome givenKey={phase.key} />;
    case "key_lost": return <KeyLost />;
    case "locked": return <Unlock />;
    case "failed": return <Failed reason={phase.reason} />;
    case "ready":
      // The account is made; its key has not been shown.
      if (firstKey.kind === "making") return <Welcome givenKey={null} />;
      if (firstKey.kind === "made") return <FirstRecovery recovery={firstKey.recovery} />;
      return <Panes slots={slots} />;
  }
}

/** As `--ground` in the style sheet: for the frame of an installed app, and browsers that colour theirs. */
const grounds = { light: "#f4f4f7", dark: "#101014" } as const;

function useTheme(): void {
  const theme = useAppState((state) => state.preferences.theme);
  useLayoutEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === "system") delete dataset["theme"];
    else dataset["theme"] = theme;
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      const own = meta.media.includes("dark") ? "dark" : "light";
      meta.content = grounds[theme === "system" ? own : theme];
    }
  }, [theme]);
}

/** The language whose texts are here; null before the first ones are. */
function useLanguage(): string | null {
  const chosen = useAppState((state) => state.preferences.language);
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    const preferred = navigator.languages;
    void setLanguage(resolveLanguage(chosen ?? "", preferred), preferred).then((isThere) => {
      if (!wanted) return;
      document.documentElement.lang = current().language;
      setShown(isThere || shown === null ? current().language : shown);
    });
    return () => { wanted = false; };
  }, [chosen]);
  return shown;
}
