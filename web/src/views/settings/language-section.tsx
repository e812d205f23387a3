import { useActions, useAppState } from "../parts/app.js";
import { Choice } from "../parts/choice.js";
import { type Language, languages } from "../texts/language.js";
import { t } from "../texts/t.js";
import { Card } from "./card.js";

export function LanguageSection() {
  const language = useAppState((state) => state.preferences.language);
  const actions = useActions();
  return (
    <Card>
      <Choice<Language | "system"> label={t("settings.language")} value={language ?? "system"}
        options={[
          { value: "system", label: t("settings.languageBrowser") },
          ...languages.map((entry) => ({ value: entry.language, label: entry.name })),
        ]}
        onChange={(value) => actions.setPreference("language", value === "system" ? null : value)} />
    </Card>
  );
}
