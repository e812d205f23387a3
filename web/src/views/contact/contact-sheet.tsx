import type { ConversationView, ConvId } from "../../app/api.js";
import { useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { Banner } from "../parts/banner.js";
import { Dialog } from "../parts/dialog.js";
import { Name } from "../parts/name.js";
import { ValueRow } from "../settings/value-row.js";
import { t } from "../texts/t.js";
import { AlarmBanner } from "./alarm-banner.js";
import { ContactDoings } from "./contact-doings.js";
import { PetnameForm } from "./petname-form.js";
import { Safety } from "./safety.js";
import { TrustNotes } from "./trust-notes.js";

/** Everything about one contact: who it is, whether that is certain, and what to do about it. */
export function ContactSheet({ conv, onClose }: { readonly conv: ConvId; readonly onClose: () => void }) {
  const contact = useAppState((state) => state.conversations.find((one) => one.id === conv));
  // Removed meanwhile, here or in another tab.
  if (contact === undefined) return null;
  return (
    <Dialog title={t("contact.title")} onClose={onClose} class="contact">
      <div class="stack">
        <Head contact={contact} />
        <AlarmBanner contact={contact} inSheet />
        <TrustNotes contact={contact} />
        {contact.isSelf ? <Banner kind="info">{t("contact.selfAbout")}</Banner> : (
          <>
            <PetnameForm key={contact.name.petname} contact={contact} />
            <Safety contact={contact} />
          </>
        )}
        <section class="card">
          <h3 class="card-title">{t("contact.keyTitle")}</h3>
          {contact.name.fqhn !== null && <ValueRow label={t("settings.handle")} value={contact.name.fqhn} />}
          <ValueRow label={t("settings.primary")} value={contact.peer} mono />
        </section>
        <ContactDoings contact={contact} onClose={onClose} />
      </div>
    </Dialog>
  );
}

function Head({ contact }: { readonly contact: ConversationView }) {
  const { name, trust } = contact;
  return (
    <div class="contact-head">
      <Avatar seed={contact.peer} size={88} />
      <p class="contact-name"><Name>{name.text}</Name></p>
      {name.kind !== "key" && <p class="muted one-line contact-full">{name.fqhn ?? name.key}</p>}
      {trust.verifiedAt !== null && trust.alarm === null && <p class="contact-verified">{t("contact.verified")}</p>}
    </div>
  );
}
