import { t } from "../texts/t.js";

/** Something is under way. @param label says what, to those who do not see it turn; none when a text beside it does */
export function Spinner({ size = 20, label }: { readonly size?: number; readonly label?: string | null }) {
  const name = label === undefined ? t("common.loading") : label;
  return (
    <span class="spinner" style={{ width: size, height: size }}
      {...(name === null ? { "aria-hidden": true } : { role: "status", "aria-label": name })} />
  );
}
