import { useRef } from "preact/hooks";
import { IconButton } from "../parts/button.js";
import { Icon } from "../parts/icon.js";
import { useKey } from "../shortcuts/keys.js";
import { t } from "../texts/t.js";
import type { Search } from "./use-search.js";

/** Where one types what to look for, above the list. */
export function SearchField({ search }: { readonly search: Search }) {
  const input = useRef<HTMLInputElement>(null);
  useKey("search", () => {
    // On a phone it may be behind the conversation.
    if (input.current === null || input.current.offsetParent === null) return false;
    input.current.focus();
    input.current.select();
    return true;
  });
  return (
    <search class="search">
      <div class="search-box">
        <Icon name="search" size={18} />
        <input ref={input} type="search" dir="auto" value={search.query} placeholder={t("search.label")} aria-label={t("search.label")} autocomplete="off"
          spellcheck={false} enterkeyhint="search" onInput={(event) => search.write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.isComposing) return;
            if (event.key === "Escape" && search.query !== "") {
              search.end();
              event.stopPropagation();
            } else if (event.key === "ArrowDown" || event.key === "Enter") {
              const first = event.currentTarget.closest(".conversations")?.querySelector<HTMLElement>(".conversation-list a, .results a");
              if (first === null || first === undefined) return;
              event.preventDefault();
              if (event.key === "Enter" && search.isOn) first.click();
              else first.focus();
            }
          }} />
        {search.query !== "" && <IconButton icon="close" size="small" label={t("search.clear")} onClick={() => { search.end(); input.current?.focus(); }} />}
      </div>
    </search>
  );
}
