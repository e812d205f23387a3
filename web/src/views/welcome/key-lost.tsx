import { useState } from "preact/hooks";
import { useActions } from "../parts/app.js";
import { Confirm } from "../parts/dialog.js";
import { t } from "../texts/t.js";
import { Front } from "./front.js";
import { ImportForm } from "./import-form.js";

/** Messages of an account are here and the key to them is not: the recovery key opens them, or all of it goes. */
export function KeyLost() {
  const actions = useActions();
  const [wiping, setWiping] = useState(false);
  return (
    <Front title={t("welcome.lostTitle")} about={t("welcome.lostAbout")}>
      <ImportForm onBack={() => setWiping(true)} />
      {wiping && (
        <Confirm title={t("settings.signOutTitle")} confirm={t("welcome.wipe")} danger onClose={() => setWiping(false)}
          onConfirm={() => { setWiping(false); void actions.signOut(); }}>
          <p>{t("welcome.lostWipe")}</p>
        </Confirm>
      )}
    </Front>
  );
}
