import { useActions, useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { IconButton } from "../parts/button.js";
import { showOverlay } from "../parts/overlay.js";
import { t } from "../texts/t.js";
import { ConnectionWord } from "./connection-word.js";

/** The head of the list: who one is, how it is with the connection, and the way to someone new. */
export function ListHead() {
  const me = useAppState((state) => state.me);
  const actions = useActions();
  return (
    <header class="pane-head">
      {me !== null && (
        <button type="button" class="own-picture" title={me.fqhn} aria-label={t("frame.ownProfile")}
          onClick={() => actions.navigate({ page: "settings", section: "profile" })}>
          <Avatar seed={me.primary} size={36} />
        </button>
      )}
      <div class="pane-title">
        <h1 class="one-line">{t("frame.messages")}</h1>
        <ConnectionWord />
      </div>
      <IconButton icon="newChat" label={t("frame.newConversation")} onClick={() => showOverlay({ kind: "newConversation", text: "" })} />
      <IconButton icon="settings" label={t("frame.settings")} onClick={() => actions.navigate({ page: "settings", section: null })} />
    </header>
  );
}
