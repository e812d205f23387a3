import type { ComponentType, FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../texts/t.js";
import { Banner } from "./banner.js";
import { Button } from "./button.js";
import { Spinner } from "./spinner.js";

/**
 * A component whose code comes when it is first shown: for what most visits do not need. Once it is here it renders at once,
 * and so does everything else of the same chunk.
 *
 * @param isOver it opens over the page, which is not to make room for it before it is there
 */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>, isOver = false): FunctionComponent<Props> {
  let here: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const [attempt, setAttempt] = useState(0);
    const [failed, setFailed] = useState(false);
    const [, setLoaded] = useState(false);
    useEffect(() => {
      if (here !== null) return;
      let wanted = true;
      setFailed(false);
      load().then(
        (component) => { here = component; if (wanted) setLoaded(true); },
        () => { if (wanted) setFailed(true); },
      );
      return () => { wanted = false; };
    }, [attempt]);
    if (here !== null) {
      const Component = here;
      return <Component {...props} />;
    }
    if (isOver) return null;
    if (!failed) return <div class="lazy"><Spinner size={28} /></div>;
    return (
      <div class="lazy">
        <Banner kind="warning" actions={<Button size="small" onClick={() => setAttempt(attempt + 1)}>{t("common.retry")}</Button>}>
          {t("failure.offline")}
        </Banner>
      </div>
    );
  };
}
