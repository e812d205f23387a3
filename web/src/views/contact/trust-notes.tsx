import type { ConversationView } from "../../app/api.js";
import { Banner } from "../parts/banner.js";
import { Name } from "../parts/name.js";
import { rich } from "../texts/rich.js";
import { t } from "../texts/t.js";

/** What else to know before writing: a name that looks like another's, a contact whose devices are not known yet. */
export function TrustNotes({ contact: { trust, name } }: { readonly contact: ConversationView }) {
  return (
    <>
      {trust.lookalike !== null && (
        <Banner kind="warning" title={t("alarm.lookalikeTitle")}>
          {rich("alarm.lookalike", { name: <Name>{name.text}</Name>, other: <Name>{trust.lookalike}</Name> })}
        </Banner>
      )}
      {trust.isHeld && <Banner kind="warning" title={t("alarm.heldTitle")}>{t("alarm.held")}</Banner>}
    </>
  );
}
