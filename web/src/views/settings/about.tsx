import { useActions, useAppState } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { showOverlay } from "../parts/overlay.js";
import { Logo } from "../frame/logo.js";
import { ConnectionWord } from "../frame/connection-word.js";
import { t } from "../texts/t.js";
import { Card } from "./card.js";

/** What this is, how it is with the connection, and the keys. */
export function About() {
  const server = useAppState((state) => state.server);
  const kind = useAppState((state) => state.connection.kind);
  const role = useAppState((state) => state.role);
  const canInstall = useAppState((state) => state.reminders.install);
  const actions = useActions();
  return (
    <>
      <Card>
        <div class="about-head">
          <Logo size={48} />
          <div>
            <p class="about-name">kez</p>
            <p class="muted">{t("settings.aboutLine")}</p>
          </div>
        </div>
        <div class="row-wrap">
          {canInstall && <Button kind="primary" icon="download" onClick={() => void actions.install()}>{t("settings.install")}</Button>}
          <Button icon="keyboard" onClick={() => showOverlay({ kind: "shortcuts" })}>{t("settings.shortcuts")}</Button>
        </div>
      </Card>
      <Card title={t("settings.connection")}>
        <ConnectionWord />
        {server !== null && <p class="card-about">{t("settings.serverIs", { server: server.name })}</p>}
        {kind === "live_http" && <p class="card-about">{t("frame.overHttpHint")}</p>}
        {role === "follower" && <p class="card-about">{t("frame.followerHint")}</p>}
        <div><Button icon="refresh" onClick={actions.retryConnection}>{t("settings.reconnect")}</Button></div>
      </Card>
      <Card title={t("settings.sealing")} about={t("settings.sealingAbout")} />
    </>
  );
}
