import { useEffect, useRef, useState } from "preact/hooks";
import { useActions } from "../parts/app.js";
import { IconButton } from "../parts/button.js";
import { Icon } from "../parts/icon.js";
import { t } from "../texts/t.js";
import type { Search } from "./use-search.js";

export interface SearchHereProps {
  readonly search: Search;
  readonly onClose: () => void;
}

/** Search in the conversation in view: from hit to hit, the latest first. */
export function SearchHere({ search, onClose }: SearchHereProps) {
  const actions = useActions();
  const input = useRef<HTMLInputElement>(null);
  const [at, setAt] = useState(0);
  const results = search.found?.results ?? [];
  useEffect(() => input.current?.focus(), []);
  const first = results[0]?.order;
  // Another query, other hits: shown from the latest on.
  useEffect(() => {
    setAt(0);
    if (first !== undefined) void actions.jumpTo(first);
  }, [search.found?.query, first]);
  const go = (by: number): void => {
    if (results.length === 0) return;
    const next = (at + by + results.length) % results.length;
    const message = results[next];
    setAt(next);
    if (message !== undefined) void actions.jumpTo(message.order);
  };
  const count = !search.isOn || search.found === null || search.found.isSearching ? ""
    : results.length === 0 ? t("search.nothing") : t("search.position", { index: at + 1, total: results.length });
  return (
    <search class="search-here">
      <div class="search-box">
        <Icon name="search" size={18} />
        <input ref={input} type="search" dir="auto" value={search.query} placeholder={t("search.here")} aria-label={t("search.here")} autocomplete="off"
          spellcheck={false} onInput={(event) => search.write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.isComposing) return;
            if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
            else if (event.key === "ArrowUp") go(1);
            else if (event.key === "ArrowDown") go(-1);
            else if (event.key === "Escape") onClose();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }} />
        <span class="search-count" role="status">{count}</span>
      </div>
      <IconButton icon="chevronUp" size="small" label={t("search.older")} disabled={results.length === 0} onClick={() => go(1)} />
      <IconButton icon="chevronDown" size="small" label={t("search.newer")} disabled={results.length === 0} onClick={() => go(-1)} />
      <IconButton icon="close" size="small" label={t("search.close")} onClick={onClose} />
    </search>
  );
}
