import { useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { CopyButton } from "../parts/copy-button.js";
import { Name } from "../parts/name.js";
import { QrCode } from "../parts/qr-code.js";
import { t } from "../texts/t.js";
import { Card } from "./card.js";
import { ValueRow } from "./value-row.js";

/** Who one is to others, and the code and link that they write to. */
export function Profile() {
  const me = useAppState((state) => state.me);
  if (me === null) return null;
  return (
    <>
      <Card>
        <div class="profile-head">
          <Avatar seed={me.primary} size={72} />
          <div class="profile-name">
            <p class="profile-handle"><Name>{me.handle}</Name></p>
            <p class="muted one-line">{me.fqhn}</p>
          </div>
        </div>
        <div class="profile-code">
          <QrCode text={me.link} label={t("settings.profileQr")} size={220} />
          <p class="small muted">{t("settings.profileQrAbout")}</p>
          <CopyButton text={me.link} label={t("settings.copyLink")} kind="primary" />
        </div>
      </Card>
      <Card title={t("settings.keyTitle")} about={t("settings.keyAbout")}>
        <ValueRow label={t("settings.handle")} value={me.fqhn} />
        <ValueRow label={t("settings.primary")} value={me.primary} mono />
        <ValueRow label={t("settings.nkey")} value={me.nkey} mono />
      </Card>
    </>
  );
}
