/** The shape of all catalogues: English's, which the compiler reads keys and parameters from. */
import type { en } from "./en.js";
import type { Entry, EntryNames } from "./entries.js";

type English = typeof en;

/** A catalogue of any language. */
export type Catalogue = { readonly [Name in keyof English]: { readonly [Key in keyof English[Name]]: Entry } };

/** `<area>.<name>` of every text. */
export type Key = { [Name in keyof English & string]: `${Name}.${keyof English[Name] & string}` }[keyof English & string];

type EntryOf<K extends Key> = K extends `${infer Name extends keyof English & string}.${infer Rest}`
  ? Rest extends keyof English[Name] ? English[Name][Rest] : never
  : never;

/** The names that the text of a key has in braces. */
export type NamesOf<K extends Key> = EntryOf<K> extends infer E extends Entry ? EntryNames<E> : never;

/** What must be given beside a key: nothing, or a value for each of its names. */
export type Params<K extends Key, Value = string | number> =
  [NamesOf<K>] extends [never] ? [] : [params: { readonly [Name in NamesOf<K>]: Name extends "count" ? number : Value }];

export type AnyParams = Readonly<Record<string, string | number>>;
