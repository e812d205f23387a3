import type { Preferences } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Switch } from "../parts/switch.js";

/** The preferences that are on or off. */
type Flag = { [Name in keyof Preferences]: Preferences[Name] extends boolean ? Name : never }[keyof Preferences];

/** A preference as a switch. */
export function PreferenceSwitch({ name, label, description }: {
  readonly name: Exclude<Flag, "notifications">;
  readonly label: string;
  readonly description: string;
}) {
  const checked = useAppState((state) => state.preferences[name]);
  const actions = useActions();
  return <Switch label={label} description={description} checked={checked} onChange={(on) => actions.setPreference(name, on)} />;
}
