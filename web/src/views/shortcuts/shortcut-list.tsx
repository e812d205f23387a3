import { useAppState } from "../parts/app.js";
import { Dialog } from "../parts/dialog.js";
import { t } from "../texts/t.js";
import { isMac } from "./keys.js";
import { keysOf, type Shortcut, shortcuts } from "./table.js";

const groups = ["everywhere", "conversations", "writing"] as const;

/** Every key that does something. */
export function ShortcutList({ onClose }: { readonly onClose: () => void }) {
  const enterSends = useAppState((state) => state.preferences.enterSends);
  return (
    <Dialog title={t("shortcuts.title")} onClose={onClose} size="large">
      <div class="shortcut-groups">
        {groups.map((group) => (
          <section key={group}>
            <h3 class="shortcut-group">{t(`shortcuts.${group}`)}</h3>
            <dl class="shortcut-list">
              {shortcuts.filter((shortcut) => shortcut.group === group).map((shortcut) => (
                <div key={shortcut.name} class="shortcut">
                  <dt>{t(`shortcuts.${shortcut.name}`)}</dt>
                  <dd>{keysOf(inForce(shortcut, enterSends), isMac).map((key) => <kbd key={key}>{key}</kbd>)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

/** What Enter does is a choice. */
function inForce(shortcut: Shortcut, enterSends: boolean): Shortcut {
  if (enterSends || (shortcut.name !== "send" && shortcut.name !== "newLine")) return shortcut;
  return { ...shortcut, mod: shortcut.name === "send", shift: false };
}
