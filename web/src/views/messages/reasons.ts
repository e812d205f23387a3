/** Why something did not go, in a sentence. */
import { textOf } from "../texts/t.js";

/** @param code of a failure; one that is not known gets a sentence that fits all */
export function failureText(code: string | null): string {
  return textOf(`failure.${code ?? "unknown"}`) ?? textOf("failure.unknown") ?? "";
}

/** @param code why a file did not come or go */
export function transferText(code: string | null): string {
  return (code === null ? null : textOf(`transfer.${code}`) ?? textOf(`failure.${code}`)) ?? textOf("transfer.unknown") ?? "";
}
