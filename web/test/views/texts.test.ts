import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { de } from "../../src/views/texts/de.js";
import { dayOf, stampOf } from "../../src/views/texts/dates.js";
import { enLater } from "../../src/views/texts/en-later.js";
import { en } from "../../src/views/texts/en.js";
import type { Area, Entry } from "../../src/views/texts/entries.js";
import { es } from "../../src/views/texts/es.js";
import { resolveLanguage, setLanguage } from "../../src/views/texts/language.js";
import { rich } from "../../src/views/texts/rich.js";
import { sizeOf } from "../../src/views/texts/sizes.js";
import { isKey, t, textOf } from "../../src/views/texts/t.js";

const catalogues: Readonly<Record<string, Readonly<Record<string, Area>>>> = { en, de, es };

const forms = (entry: Entry): string[] => (typeof entry === "string" ? [entry] : Object.values(entry));
const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort();

afterEach(() => setLanguage("en", []));

test("every language has every text, with the same parameters and all its plural forms", () => {
  for (const [language, catalogue] of Object.entries(catalogues)) {
    assert.deepEqual(Object.keys(catalogue).sort(), Object.keys(en).sort(), language);
    // Spanish has a form for millions, which nothing here counts to: it may be left out.
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.filter((form) => form !== "many");
    for (const [area, texts] of Object.entries(catalogue)) {
      const english = catalogues["en"]?.[area] ?? {};
      assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort(), `${language}.${area}`);
      for (const [name, entry] of Object.entries(texts)) {
        const where = `${language}.${area}.${name}`;
        const original = english[name] ?? "";
        assert.equal(typeof entry, typeof original, where);
        if (typeof entry !== "string") assert.deepEqual(Object.keys(entry).filter((form) => form !== "many").sort(), [...categories].sort(), where);
        const wanted = names(forms(original).at(-1) ?? "");
        for (const form of forms(entry)) {
          assert.ok(form.trim() !== "" && form.trim() === form, `${where} is empty or has spaces around it`);
          assert.ok(names(form).every((found) => wanted.includes(found)), `${where}: ${form}`);
        }
        assert.deepEqual(names(forms(entry).at(-1) ?? ""), wanted, where);
      }
    }
  }
});

test("a text takes its parameters, and the plural form of the language in force", async () => {
  assert.equal(t("frame.unreadCount", { count: 1 }), "1 unread message");
  assert.equal(t("frame.unreadCount", { count: 1234 }), "1,234 unread messages");
  assert.ok(await setLanguage("de", []));
  assert.equal(t("frame.unreadCount", { count: 1 }), "1 ungelesene Nachricht");
  assert.equal(t("frame.unreadCount", { count: 1234 }), "1.234 ungelesene Nachrichten");
});

test("a parameter that looks like a parameter stays what it is", () => {
  assert.equal(t("common.removeNamed", { name: "{name} {count}" }), "Remove {name} {count}");
  assert.equal(rich("common.removeNamed", { name: "{name}" }).join(""), "Remove {name}");
});

test("keys from elsewhere are looked up, not trusted", () => {
  assert.equal(textOf("common.close"), "Close");
  for (const bad of ["", "common", "common.", "common.toString", "__proto__.toString", "nowhere.close"]) {
    assert.equal(textOf(bad), null);
    assert.ok(!isKey(bad));
  }
});

test("the browser's languages decide unless one was chosen", () => {
  assert.equal(resolveLanguage("system", ["fr-FR", "de-AT", "en"]), "de");
  assert.equal(resolveLanguage("es", ["de"]), "es");
  assert.equal(resolveLanguage("system", ["ja"]), "en");
});

test("days and sizes are written as people write them", async () => {
  const now = new Date(2026, 10, 21, 15, 30).getTime();
  const ago = (days: number): number => new Date(2026, 10, 21 - days, 9, 5).getTime();
  await setLanguage("en", ["en-GB"]);
  assert.deepEqual([0, 1, 3, 30, 700].map((days) => dayOf(ago(days), now)),
    ["Today", "Yesterday", "Wednesday", "Thursday 22 October", "21 December 2024"]);
  assert.deepEqual([0, 1, 30, 700].map((days) => stampOf(ago(days), now)), ["9:05", "Fri", "22 Oct", "21 Dec 2024"]);
  await setLanguage("de", []);
  assert.equal(dayOf(ago(1), now), "Gestern");
  assert.deepEqual([0, 999, 1000, 1_449_000, 10_485_760].map(sizeOf), ["0 Byte", "999 Byte", "1 kB", "1,4 MB", "10 MB"]);
});

test("a text that stands in a view is in the catalogue", () => {
  const root = "web/src/views";
  for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx$/.test(name)) continue;
    const text = readFileSync(join(root, name), "utf8");
    const attribute = /\b(?:aria-label|title|placeholder|alt)="[^"]*\p{L}{2}[^"]*"/u.exec(text);
    assert.equal(attribute?.[0], undefined, `${name} has a text of its own`);
  }
});

test("the style sheet that orders the layers comes before every other", () => {
  const imports = readFileSync("web/src/main.ts", "utf8").match(/^import .*$/gm);
  assert.match(imports?.[0] ?? "", /views\/style\/index\.css/);
});

test("what comes at once uses no text that comes later", () => {
  const later = new RegExp(`\\b(?:t|rich)\\(["\x60](${Object.keys(enLater).join("|")})\\.`);
  const seen = new Set<string>();
  const walk = (path: string): void => {
    const name = [path.replace(/\.js$/, ".ts"), path.replace(/\.js$/, ".tsx"), `${path}.ts`, `${path}.tsx`].find((one) => existsSync(one) && /\.tsx?$/.test(one));
    if (name === undefined || seen.has(name)) return;
    seen.add(name);
    const text = readFileSync(name, "utf8");
    assert.equal(later.exec(text)?.[0], undefined, name);
    for (const [, from] of text.matchAll(/^(?:(?:import|export|\}).*? from |import )"(\.[^"]+)";$/gm)) walk(normalize(join(dirname(name), from ?? "")));
  };
  walk("web/src/main.ts");
  assert.ok(seen.size > 100);
});
