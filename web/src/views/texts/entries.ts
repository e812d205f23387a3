/** What a catalogue of texts is made of, and what its texts ask for. */

/** One text for each of the language's plural forms; the parameter `count` decides. */
export interface Plural {
  readonly zero?: string;
  readonly one?: string;
  readonly two?: string;
  readonly few?: string;
  readonly many?: string;
  readonly other: string;
}

/** A text in which `{name}` stands for the parameter of that name. */
export type Entry = string | Plural;

/** The texts of one area of the views. */
export type Area = Readonly<Record<string, Entry>>;

/** The same area in another language: the same names, and plurals where there are plurals. */
export type Translation<A extends Area> = { readonly [Name in keyof A]: A[Name] extends string ? string : Plural };

/** The names in the braces of a text. */
export type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

export type EntryNames<E extends Entry> = E extends string
  ? Names<E>
  : E extends { readonly other: infer Other extends string } ? Names<Other> | "count" : never;
