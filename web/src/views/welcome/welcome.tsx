import { useState } from "preact/hooks";
import type { Primary } from "../../app/api.js";
import { useAppState } from "../parts/app.js";
import { t } from "../texts/t.js";
import { CreateForm } from "./create-form.js";
import { Front } from "./front.js";
import { ImportForm } from "./import-form.js";

/** The first visit: a handle, or the key of an account that there is already. */
export function Welcome({ givenKey }: { readonly givenKey: Primary | null }) {
  const server = useAppState((state) => state.server?.name ?? null);
  const [imports, setImports] = useState(false);
  if (imports && givenKey === null) {
    return (
      <Front title={t("welcome.importTitle")} about={t("welcome.importAbout")}>
        <ImportForm onBack={() => setImports(false)} />
      </Front>
    );
  }
  const title = givenKey !== null ? t("welcome.keyTitle")
    : server === null ? t("welcome.titleBare") : t("welcome.title", { server });
  return (
    <Front title={title} about={givenKey === null ? t("welcome.about") : t("welcome.keyAbout")}>
      <CreateForm givenKey={givenKey} onImport={() => setImports(true)} />
    </Front>
  );
}
