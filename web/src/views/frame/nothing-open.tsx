import { useAppState } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { CopyButton } from "../parts/copy-button.js";
import { EmptyState } from "../parts/empty-state.js";
import { showOverlay } from "../parts/overlay.js";
import { QrCode } from "../parts/qr-code.js";
import { t } from "../texts/t.js";

/** The right pane before a conversation is chosen; of somebody who has none yet, the way for others to find them. */
export function NothingOpen() {
  const hasAny = useAppState((state) => state.conversations.length > 0);
  const link = useAppState((state) => state.me?.link ?? null);
  return (
    <div class="nothing">
      {hasAny || link === null ? (
        <EmptyState icon="chat" title={t("frame.chooseTitle")}
          action={
            <Button icon="newChat" onClick={() => showOverlay({ kind: "newConversation", text: "" })}>{t("frame.writeSomeone")}</Button>
          }>
          <p>{t("frame.chooseAbout")}</p>
        </EmptyState>
      ) : (
        <div class="empty">
          <div class="own-code"><QrCode text={link} label={t("frame.ownCode")} size={200} /></div>
          <p class="empty-title">{t("frame.firstTitle")}</p>
          <p class="empty-text">{t("frame.firstAbout")}</p>
          <div class="empty-action"><CopyButton text={link} label={t("frame.copyOwnLink")} /></div>
        </div>
      )}
      <p class="nothing-foot small muted">{t("frame.sealed")}</p>
    </div>
  );
}
