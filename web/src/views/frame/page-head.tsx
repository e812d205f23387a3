import type { ComponentChildren } from "preact";
import type { Route } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { IconButton } from "../parts/button.js";
import { classes } from "../parts/classes.js";
import { t } from "../texts/t.js";

/** The head of a page that is not a conversation. `onlyPhone`: the way back is beside it on a wide window. */
export function PageHead({ title, backTo, onlyPhone = false }: {
  readonly title: ComponentChildren;
  readonly backTo: Route;
  readonly onlyPhone?: boolean;
}) {
  const actions = useActions();
  return (
    <header class="pane-head">
      <IconButton icon="back" label={t("common.back")} class={classes(onlyPhone && "only-phone")}
        onClick={() => actions.navigate(backTo)} />
      <div class="pane-title"><h1 class="one-line">{title}</h1></div>
    </header>
  );
}
