import type { Connection } from "../../app/api.js";
import { useAppState } from "../parts/app.js";
import { classes } from "../parts/classes.js";
import { t } from "../texts/t.js";

/** In a word or two, always in sight: how it is with the connection. What needs an action is `StatusBar`'s. */
export function ConnectionWord() {
  const kind = useAppState((state) => state.connection.kind);
  const isCatchingUp = useAppState((state) => state.isCatchingUp);
  const role = useAppState((state) => state.role);
  const isLive = kind === "live" || kind === "live_http";
  const more = isLive && role === "follower" ? t("frame.followerHint") : kind === "live_http" ? t("frame.overHttpHint") : undefined;
  return (
    <p class={classes("connection", `connection-${kind}`)} title={more}>
      <span class="connection-dot" />
      <span class="one-line">{isLive && isCatchingUp ? t("frame.catchingUp") : word(kind, role === "follower")}</span>
    </p>
  );
}

function word(kind: Connection["kind"], follows: boolean): string {
  switch (kind) {
    case "live": return follows ? t("frame.connectedByTab") : t("frame.connected");
    case "live_http": return t("frame.connectedOverHttp");
    case "connecting": case "none": return t("frame.connecting");
    case "offline": return t("frame.offline");
    case "waiting": return t("frame.notConnected");
    case "refused": return t("frame.refused");
    case "suspended": return t("frame.suspended");
  }
}
