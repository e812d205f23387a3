import type { Route } from "../../app/api.js";
import { useAppState } from "../parts/app.js";
import { lazy } from "../parts/lazy.js";
import { closeOverlay, useOverlay } from "../parts/overlay.js";
import { t } from "../texts/t.js";
import { ListHead } from "./list-head.js";
import { NothingOpen } from "./nothing-open.js";
import { Reminders } from "./reminders.js";
import type { Slots } from "./slots.js";
import { StatusBar } from "./status-bar.js";

const ContactSheet = lazy(async () => (await import("./pages.js")).ContactSheet);
const LinkPage = lazy(async () => (await import("./pages.js")).LinkPage);
const InvitePage = lazy(async () => (await import("./pages.js")).InvitePage);
const SettingsList = lazy(async () => (await import("./pages.js")).SettingsList);
const SettingsPage = lazy(async () => (await import("./pages.js")).SettingsPage);

/** Two panes; on a phone the one that the route is about. */
export function Panes({ slots: { List, Conversation, Over } }: { readonly slots: Slots }) {
  const route = useAppState((state) => state.route);
  const isSettings = route.page === "settings";
  return (
    <div class="frame">
      <StatusBar />
      {/* Both are the page's main part: on a phone either may be all that is seen. */}
      <main class="panes" data-front={isFirst(route) ? "list" : "main"}>
        <nav class="pane-list" aria-label={isSettings ? t("frame.settings") : t("frame.conversations")}>
          {/* Stays, so that it is where it was when one comes back. */}
          <div class="pane-part" hidden={isSettings}>
            <ListHead />
            <Reminders />
            <div class="pane-fill"><List /></div>
          </div>
          {isSettings && <SettingsList section={route.section} />}
        </nav>
        <div class="pane-main">
          {route.page === "settings" ? <SettingsPage section={route.section} />
            : route.page === "contact" ? <LinkPage key={route.text} handle={route.handle} text={route.text} />
            : route.page === "invite" ? <InvitePage />
            : route.conv === null ? <NothingOpen /> : <Conversation key={route.conv} />}
        </div>
      </main>
      <ContactWindow />
      <Over />
    </div>
  );
}

/** Whether a phone shows the left pane. */
function isFirst(route: Route): boolean {
  return (route.page === "messages" && route.conv === null) || (route.page === "settings" && route.section === null);
}

function ContactWindow() {
  const overlay = useOverlay();
  return overlay?.kind === "contact" ? <ContactSheet key={overlay.conv} conv={overlay.conv} onClose={closeOverlay} /> : null;
}
