/** Why a file did not come or go, in a sentence. */
import { t, textOf } from "../texts/t.js";

export function transferText(code: string | null): string {
  return (code === null ? null : textOf(`transfer.${code}`) ?? textOf(`failure.${code}`)) ?? t("transfer.unknown");
}
