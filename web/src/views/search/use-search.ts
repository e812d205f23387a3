import { useEffect, useRef, useState } from "preact/hooks";
import type { ConvId, SearchState } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";

/** Milliseconds without a key after which is searched: what is typed quickly is one query. */
const PAUSE = 25;

export interface Search {
  readonly query: string;
  readonly isOn: boolean;
  readonly write: (query: string) => void;
  readonly end: () => void;
  /** Of this query; null until they are there. */
  readonly found: SearchState | null;
}

/** In everything that is here. */
export function useGlobalSearch(): Search {
  return useSearch(null);
}

/** @param conv only there; null: everywhere */
export function useSearch(conv: ConvId | null): Search {
  const actions = useActions();
  const [query, setQuery] = useState("");
  const state = useAppState(({ search }) => (search.conv === conv && search.query !== "" ? search : null));
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  const write = (next: string): void => {
    setQuery(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => actions.search(next.trim(), conv), next.trim() === "" ? 0 : PAUSE);
  };
  const end = (): void => {
    clearTimeout(timer.current);
    setQuery("");
    actions.search("", conv);
  };
  return { query, isOn: query.trim() !== "", write, end, found: state };
}
