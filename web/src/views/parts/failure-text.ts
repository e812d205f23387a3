import type { Failure } from "../../app/api.js";
import { t, textOf } from "../texts/t.js";

/** One sentence on why something did not work. */
export function failureText({ code, retryAfter }: Failure): string {
  const why = textOf(`failure.${code}`) ?? textOf(`entryFailure.${code}`) ?? t("failure.unknown");
  return retryAfter === null ? why : `${why} ${t("common.retryAfter", { count: Math.max(1, Math.ceil(retryAfter)) })}`;
}
