import type { Translation } from "../entries.js";
import type { en } from "./en.js";

export const de: Translation<typeof en> = {
};
