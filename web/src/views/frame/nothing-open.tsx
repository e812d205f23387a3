import { useAppState } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { EmptyState } from "../parts/empty-state.js";
import { showOverlay } from "../parts/overlay.js";
import { t } from "../texts/t.js";

/** The right pane before a conversation is chosen. */
export function NothingOpen() {
  const hasAny = useAppState((state) => state.conversations.length > 0);
  return (
    <div class="nothing">
      <EmptyState icon="chat" title={hasAny ? t("frame.chooseTitle") : t("frame.firstTitle")}
        action={
          <Button kind={hasAny ? "secondary" : "primary"} icon="newChat" onClick={() => showOverlay({ kind: "newConversation", text: "" })}>
            {t("frame.writeSomeone")}
          </Button>
        }>
        <p>{hasAny ? t("frame.chooseAbout") : t("frame.firstAbout")}</p>
      </EmptyState>
      <p class="nothing-foot small muted">{t("frame.sealed")}</p>
    </div>
  );
}
