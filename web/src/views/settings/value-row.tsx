import { CopyIconButton } from "../parts/copy-button.js";
import { classes } from "../parts/classes.js";
import { t } from "../texts/t.js";

/** A value with its name, to be copied. */
export function ValueRow({ label, value, mono = false }: {
  readonly label: string;
  readonly value: string;
  readonly mono?: boolean;
}) {
  return (
    <div class="value-row">
      <div class="value-text">
        <p class="small muted">{label}</p>
        <p class={classes("value", mono && "mono")} translate={false}>{value}</p>
      </div>
      <CopyIconButton text={value} label={t("settings.copyNamed", { name: label })} />
    </div>
  );
}
