import { useAppState } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { EmptyState } from "../parts/empty-state.js";
import { lazy } from "../parts/lazy.js";
import { showOverlay } from "../parts/overlay.js";
import { t } from "../texts/t.js";

const OwnCode = lazy(async () => (await import("./pages.js")).OwnCode);

/** The right pane before a conversation is chosen. */
export function NothingOpen() {
  const hasAny = useAppState((state) => state.conversations.length > 0);
  return (
    <div class="nothing">
      {!hasAny ? <OwnCode /> : (
        <EmptyState icon="chat" title={t("frame.chooseTitle")}
          action={
            <Button icon="newChat" onClick={() => showOverlay({ kind: "newConversation", text: "" })}>{t("frame.writeSomeone")}</Button>
          }>
          <p>{t("frame.chooseAbout")}</p>
        </EmptyState>
      )}
      <p class="nothing-foot small muted">{t("frame.sealed")}</p>
    </div>
  );
}
