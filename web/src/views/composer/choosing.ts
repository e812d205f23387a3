/** Files that a person chose, before they are sent: which can go, and why not. */
import { extensionOf } from "../../app/api.js";

/** Files in one go. */
export const MOST_FILES = 20;

export type Refusal = "tooLarge" | "empty" | "tooMany" | "unreadable";

export interface Sized {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/**
 * Why a file cannot be sent; null when it can.
 *
 * @param already how many were chosen before it
 * @param most bytes that a file may have on this server
 */
export function refusalOf(file: Sized, already: number, most: number): Refusal | null {
  if (already >= MOST_FILES) return "tooMany";
  // Photos of this kind get smaller when they are converted; they are judged then.
  if (file.size > most && !isHeic(file)) return "tooLarge";
  return file.size === 0 ? "empty" : null;
}

/** Photos as phones make them, which most people cannot open. Some systems give no type for them. */
export function isHeic({ name, type }: Sized): boolean {
  return /^image\/hei[cf](-sequence)?$/i.test(type) || (type === "" && /^hei[cf]$/.test(extensionOf(name)));
}

/** The name of a photo after it was converted. */
export function jpegName(name: string): string {
  return `${name.replace(/\.hei[cf]$/i, "")}.jpg`;
}

/** A name for what was pasted and has none of its own. @param at the moment, in milliseconds */
export function pastedName(type: string, at: number): string {
  const extension = /^image\/(png|jpeg|gif|webp)$/.exec(type)?.[1]?.replace("jpeg", "jpg");
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
  return `${extension === undefined ? "file" : "image"}-${day}-${time}${extension === undefined ? "" : `.${extension}`}`;
}
