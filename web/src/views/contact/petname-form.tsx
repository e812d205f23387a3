import { useState } from "preact/hooks";
import type { ConversationView } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { Field } from "../parts/field.js";
import { t } from "../texts/t.js";

/** What one calls the contact, on one's own devices. */
export function PetnameForm({ contact }: { readonly contact: ConversationView }) {
  const actions = useActions();
  const before = contact.name.petname ?? "";
  const [name, setName] = useState(before);
  const next = name.trim();
  return (
    <form class="petname" onSubmit={(event) => { event.preventDefault(); void actions.rename(contact.id, next === "" ? null : next); }}>
      <Field label={t("contact.petname")} value={name} onValue={setName} maxLength={64} hint={t("contact.petnameHint")}
        placeholder={contact.name.handle ?? ""} trailing={next !== before
          && <Button type="submit" kind="quiet" size="small">{t("common.save")}</Button>} />
    </form>
  );
}
