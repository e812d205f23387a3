import type { ComponentChildren } from "preact";
import type { SettingsSection } from "../../app/api.js";
import { PageHead } from "../frame/page-head.js";
import { useActions, useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { Icon } from "../parts/icon.js";
import { Name } from "../parts/name.js";
import { t } from "../texts/t.js";
import { groups } from "./sections.js";

/** What can be set, in the left pane; links, so that they open like any place. */
export function SettingsList({ section }: { readonly section: SettingsSection | null }) {
  const me = useAppState((state) => state.me);
  const owed = useAppState((state) => state.reminders.recovery);
  return (
    <div class="pane-part">
      <PageHead title={t("settings.title")} backTo={{ page: "messages", conv: null, message: null }} />
      <div class="pane-fill settings-list">
        {me !== null && (
          <SectionLink section="profile" isOpen={section === "profile"} class="settings-me">
            <Avatar seed={me.primary} size={48} />
            <span class="settings-me-name">
              <Name>{me.handle}</Name>
              <span class="small muted one-line">{me.fqhn}</span>
            </span>
            <Icon name="qr" />
          </SectionLink>
        )}
        {groups.map((group, at) => (
          <ul key={at} class="settings-group">
            {group.map((entry) => (
              <li key={entry.section}>
                <SectionLink section={entry.section} isOpen={section === entry.section}>
                  <Icon name={entry.icon} />
                  <span class="settings-entry">{t(`settings.${entry.section}`)}</span>
                  {entry.section === "recovery" && owed && <span class="settings-owed" role="img" aria-label={t("settings.recoveryOwed")} />}
                  <Icon name="chevronRight" size={18} />
                </SectionLink>
              </li>
            ))}
          </ul>
        ))}
      </div>
    </div>
  );
}

function SectionLink({ section, isOpen, class: more, children }: {
  readonly section: SettingsSection;
  readonly isOpen: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  const actions = useActions();
  return (
    <a href={`/settings/${section}`} class={`settings-link ${more ?? ""}`} aria-current={isOpen ? "page" : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        actions.navigate({ page: "settings", section });
      }}>
      {children}
    </a>
  );
}
