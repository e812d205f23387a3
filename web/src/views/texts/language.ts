/** Which language is in force: its name, its catalogue, and what Intl knows of it. */
import type { Catalogue } from "./catalogue.js";

export type Language = "en" | "de" | "es";

/** Each in its own words, as a list of languages shows it. */
export const languages: readonly { readonly language: Language; readonly name: string }[] = [
  { language: "en", name: "English" },
  { language: "de", name: "Deutsch" },
  { language: "es", name: "Español" },
];

interface InForce {
  readonly language: Language;
  /** What Intl is asked with: the browser's own variant of the language, such as `en-GB`, where there is one. */
  readonly locale: string;
  /** null: English, which needs none. */
  readonly catalogue: Catalogue | null;
  readonly plurals: Intl.PluralRules;
  readonly numbers: Intl.NumberFormat;
}

const loaders: { readonly [L in Exclude<Language, "en">]: () => Promise<Catalogue> } = {
  de: async () => (await import("./de.js")).de,
  es: async () => (await import("./es.js")).es,
};

let inForce = make("en", null, []);

export const current = (): InForce => inForce;

/**
 * The first of what the browser prefers that we have; English otherwise.
 *
 * @param chosen a language, or anything else for the browser's choice
 */
export function resolveLanguage(chosen: string, preferred: readonly string[]): Language {
  for (const wanted of [chosen, ...preferred]) {
    const found = languages.find(({ language }) => wanted.toLowerCase().split("-")[0] === language);
    if (found) return found.language;
  }
  return "en";
}

/**
 * Puts `language` in force, once its texts are here.
 *
 * @param preferred the browser's languages, for the variant that dates and numbers are written in
 * @returns whether it is: its texts may be out of reach (offline, and never used before)
 */
export async function setLanguage(language: Language, preferred: readonly string[]): Promise<boolean> {
  try {
    const catalogue = language === "en" ? null : await loaders[language]();
    inForce = make(language, catalogue, preferred);
    return true;
  } catch {
    return false;
  }
}

function make(language: Language, catalogue: Catalogue | null, preferred: readonly string[]): InForce {
  const locale = preferred.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;
  return { language, locale, catalogue, plurals: new Intl.PluralRules(language), numbers: new Intl.NumberFormat(locale) };
}
