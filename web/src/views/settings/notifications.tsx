import { useState } from "preact/hooks";
import { useActions, useAppState } from "../parts/app.js";
import { Banner } from "../parts/banner.js";
import { Switch } from "../parts/switch.js";
import { t } from "../texts/t.js";
import { Card } from "./card.js";
import { PreferenceSwitch } from "./preference-switch.js";

/** What makes itself noticed when the app is not looked at. */
export function Notifications() {
  const { notifications, permission } = useAppState((state) => state.preferences);
  const actions = useActions();
  const [asking, setAsking] = useState(false);
  const turn = async (on: boolean): Promise<void> => {
    if (!on) return actions.setPreference("notifications", false);
    setAsking(true);
    // The browser asks, and the app remembers the answer.
    const outcome = await actions.requestNotifications();
    setAsking(false);
    if (outcome.ok) actions.setPreference("notifications", true);
  };
  return (
    <Card>
      {permission === "denied" && <Banner kind="warning" icon="bellOff">{t("settings.notificationsDenied")}</Banner>}
      {permission === "unsupported" && <Banner kind="info" icon="bellOff">{t("settings.notificationsUnsupported")}</Banner>}
      <Switch label={t("settings.notifications")} description={t("settings.notificationsAbout")}
        checked={notifications && permission === "granted"} disabled={asking || permission === "denied" || permission === "unsupported"}
        onChange={(on) => void turn(on)} />
      <PreferenceSwitch name="previews" label={t("settings.previews")} description={t("settings.previewsAbout")} />
      <PreferenceSwitch name="sounds" label={t("settings.sounds")} description={t("settings.soundsAbout")} />
    </Card>
  );
}
