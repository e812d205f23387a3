import { t } from "../texts/t.js";
import { Logo } from "./logo.js";

/** While the storage is opened: seen only when that takes long. */
export function Starting() {
  return (
    <main class="starting" aria-busy="true" aria-label={t("common.loading")}>
      <Logo size={56} />
    </main>
  );
}
