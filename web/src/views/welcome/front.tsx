import type { ComponentChildren } from "preact";
import { useActions, useAppState } from "../parts/app.js";
import { Choice } from "../parts/choice.js";
import { Logo } from "../frame/logo.js";
import { current, type Language, languages } from "../texts/language.js";
import { t } from "../texts/t.js";

/** The page of those who are not in yet: the sign, one thing to do, and the language. */
export function Front({ title, children, about }: {
  readonly title: ComponentChildren;
  readonly about?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="front">
      <main class="front-main">
        <div class="front-head">
          <Logo size={56} />
          <h1 class="front-title">{title}</h1>
          {about !== undefined && <p class="front-about">{about}</p>}
        </div>
        {children}
      </main>
      <footer class="front-foot"><LanguageChoice /></footer>
    </div>
  );
}

function LanguageChoice() {
  const actions = useActions();
  const chosen = useAppState((state) => state.preferences.language);
  return (
    <Choice<Language> label={t("welcome.language")} value={chosen ?? current().language}
      options={languages.map(({ language, name }) => ({ value: language, label: name }))}
      onChange={(language) => actions.setPreference("language", language)} />
  );
}
