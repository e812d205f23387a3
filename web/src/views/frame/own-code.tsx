import { useAppState } from "../parts/app.js";
import { CopyButton } from "../parts/copy-button.js";
import { QrCode } from "../parts/qr-code.js";
import { t } from "../texts/t.js";

/** The right pane of somebody who has no conversation yet: the way for others to find them. */
export function OwnCode() {
  const link = useAppState((state) => state.me?.link ?? null);
  if (link === null) return null;
  return (
    <div class="empty">
      <div class="own-code"><QrCode text={link} label={t("settings.profileQr")} size={200} /></div>
      <p class="empty-title">{t("settings.findTitle")}</p>
      <p class="empty-text">{t("settings.findAbout")}</p>
      <div class="empty-action"><CopyButton text={link} label={t("settings.copyLink")} /></div>
    </div>
  );
}
