/** English, all of it: what the keys are and which parameters they take. One file per area: `<area>/en.ts`. */
import { enFirst } from "./en-first.js";
import { enLater } from "./en-later.js";

export const en = { ...enFirst, ...enLater } as const;
