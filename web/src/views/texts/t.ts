/**
 * The texts people read, in the language that was chosen: `t("frame.offline")`.
 *
 * The English that every visit needs is always here, and more of it comes with the pages it is for (`addEnglish`); another
 * language is fetched whole when it is chosen. One language is in force for the whole
 * page, and the root renders everything anew when it changes, so components ask for a text whenever they render.
 */
import type { AnyParams, Catalogue, Key, Params } from "./catalogue.js";
import { enFirst } from "./en-first.js";
import type { Area, Entry } from "./entries.js";
import { current } from "./language.js";

export type { AnyParams, Key, Params } from "./catalogue.js";

let english: Partial<Catalogue> = enFirst;

/** More of English is here. */
export function addEnglish(areas: Partial<Catalogue>): void {
  english = { ...english, ...areas };
}

/** The text of `key`. A number is written as the language writes numbers. */
export function t<K extends Key>(key: K, ...params: Params<K>): string {
  return fill(find(key), params[0] ?? {});
}

/** The same for a key that comes from elsewhere; null when there is no such text. */
export function textOf(key: string, params: AnyParams = {}): string | null {
  return isKey(key) ? fill(find(key), params) : null;
}

export function isKey(text: string): text is Key {
  return lookUp(english, text) !== undefined;
}

/** The text of `key` in pieces: texts, and the names of what stands between them. */
export function pieces(key: Key, count?: number): (string | { readonly name: string })[] {
  return formOf(find(key), count)
    .split(/(\{\w+\})/)
    .filter((piece) => piece !== "")
    .map((piece) => (piece.startsWith("{") ? { name: piece.slice(1, -1) } : piece));
}

function find(key: Key): Entry {
  return lookUp(current().catalogue ?? english, key) ?? lookUp(english, key) ?? key;
}

function lookUp(catalogue: Partial<Catalogue>, key: string): Entry | undefined {
  const areas: Readonly<Record<string, Area | undefined>> = catalogue;
  const [name = "", entry = ""] = key.split(".");
  const area = Object.hasOwn(areas, name) ? areas[name] : undefined;
  return area !== undefined && Object.hasOwn(area, entry) ? area[entry] : undefined;
}

function fill(entry: Entry, params: AnyParams): string {
  const count = params["count"];
  return formOf(entry, typeof count === "number" ? count : undefined).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    return value === undefined ? whole : typeof value === "number" ? current().numbers.format(value) : value;
  });
}

function formOf(entry: Entry, count = 0): string {
  if (typeof entry === "string") return entry;
  return entry[current().plurals.select(count)] ?? entry.other;
}
