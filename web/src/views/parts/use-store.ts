import { useEffect, useReducer, useRef } from "preact/hooks";

/** As in `app/api.ts`. */
interface Readable<S> {
  get(): S;
  subscribe(listener: () => void): () => void;
}

/**
 * What `select` takes out of the state. The component renders again when that has changed, by `same`, and not otherwise.
 *
 * @param select gives something whose parts are stable: what it makes anew each time needs a `same` of its own
 */
export function useStore<S, T>(store: Readable<S>, select: (state: S) => T, same: (a: T, b: T) => boolean = Object.is): T {
  const [, render] = useReducer<number, void>((count) => count + 1, 0);
  const selected = select(store.get());
  // What is on the screen, and how it was chosen: the listener compares with that, not with an earlier rendering.
  const shown = useRef({ select, same, selected });
  if (!same(shown.current.selected, selected)) shown.current.selected = selected;
  shown.current.select = select;
  shown.current.same = same;
  useEffect(() => {
    const look = (): void => {
      const { select: choose, same: equal, selected: before } = shown.current;
      if (!equal(before, choose(store.get()))) render();
    };
    look(); // It may have changed between rendering and here.
    return store.subscribe(look);
  }, [store]);
  return shown.current.selected;
}

/** `same` for arrays and objects that a selector makes anew: equal when all their members are. */
export function shallow<T extends object>(a: T, b: T): boolean {
  if (a === b) return true;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length && left.every(([key, value], at) => {
    const other = right[at];
    return other !== undefined && other[0] === key && Object.is(other[1], value);
  });
}
