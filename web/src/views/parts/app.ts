/** The app that the views belong to: its state and its actions, for whichever component asks. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Actions, App, AppState } from "../../app/api.js";
import { useStore } from "./use-store.js";

const Context = createContext<App | null>(null);

/** Around everything: `<AppProvider value={app}>`. */
export const AppProvider = Context.Provider;

function useApp(): App {
  const app = useContext(Context);
  if (app === null) throw new Error("a view outside of AppProvider");
  return app;
}

/** A part of the state; see `useStore`. */
export function useAppState<T>(select: (state: AppState) => T, same?: (a: T, b: T) => boolean): T {
  return useStore(useApp().state, select, same);
}

export function useActions(): Actions {
  return useApp().actions;
}

/** For handlers that need the state of the moment they run in, and nothing that they would be rendered for. */
export function useGetState(): () => AppState {
  const { state } = useApp();
  return () => state.get();
}
