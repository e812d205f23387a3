/** Where the tab is, in its address and in its history. */
import { isSameRoute, pathOf, type Route, routeOf } from "../route";

export type RouterPage = Pick<Window, "addEventListener" | "history" | "location">;

export class Router {
  private readonly page: RouterPage;
  private readonly changed: (route: Route) => void;
  private current: Route;
  /** Entries of ours below this one: how far `back` stays within the client. */
  private depth = 0;

  constructor(page: RouterPage, changed: (route: Route) => void) {
    this.page = page;
    this.changed = changed;
    this.current = routeOf(page.location);
    const state: unknown = page.history.state;
    this.depth = isDepth(state) ? state.depth : 0;
    page.addEventListener("popstate", ({ state }) => {
      this.depth = isDepth(state) ? state.depth : 0;
      this.become(routeOf(page.location));
    });
  }

  get route(): Route { return this.current; }

  go(route: Route, how: "push" | "replace" = "push"): void {
    const isSame = isSameRoute(route, this.current);
    if (how === "push" && !isSame) this.page.history.pushState({ depth: ++this.depth }, "", pathOf(route));
    else this.page.history.replaceState({ depth: this.depth }, "", pathOf(route));
    this.become(route);
  }

  /** To where one came from; to the list for who came from elsewhere. */
  back(): void {
    if (this.depth > 0) this.page.history.back();
    else this.go({ page: "messages", conv: null, message: null }, "replace");
  }

  private become(route: Route): void {
    this.current = route;
    this.changed(route);
  }
}

function isDepth(state: unknown): state is { readonly depth: number } {
  return typeof state === "object" && state !== null && "depth" in state && typeof state.depth === "number";
}
