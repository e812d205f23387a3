/** Search as it is typed: the last query counts, and answers to older ones are dropped. */
import type { ConvId, Message } from "../../engine/model";
import type { Outcome } from "../actions";
import type { SearchState } from "../state";

export const NO_SEARCH: SearchState = { query: "", conv: null, isSearching: false, results: [], took: null };

const RESULTS = 100;

export class Finder {
  private readonly ask: (query: string, conv: ConvId | null, limit: number) => Promise<Outcome<Message[]>>;
  private readonly changed: (search: SearchState) => void;
  private state = NO_SEARCH;
  private asked = 0;

  constructor(
    ask: (query: string, conv: ConvId | null, limit: number) => Promise<Outcome<Message[]>>,
    changed: (search: SearchState) => void,
  ) {
    this.ask = ask;
    this.changed = changed;
  }

  async search(query: string, conv: ConvId | null): Promise<void> {
    const number = ++this.asked;
    if (query.trim() === "") return this.become({ ...NO_SEARCH, query, conv });
    // What was found stays until there is something newer, unless it is of another place.
    this.become({ ...this.state, query, conv, isSearching: true, results: conv === this.state.conv ? this.state.results : [] });
    const began = performance.now();
    const answer = await this.ask(query, conv, RESULTS);
    if (number !== this.asked) return;
    this.become({ query, conv, isSearching: false, results: answer.ok ? answer.value : [], took: performance.now() - began });
  }

  messageIs(message: Message): void {
    const at = this.state.results.findIndex(({ conv, order }) => conv === message.conv && order === message.order);
    if (at >= 0) this.become({ ...this.state, results: this.state.results.map((old, index) => (index === at ? message : old)) });
  }

  messageRemoved(conv: ConvId, order: Message["order"]): void {
    const results = this.state.results.filter((message) => message.conv !== conv || message.order !== order);
    if (results.length < this.state.results.length) this.become({ ...this.state, results });
  }

  clear(): void {
    this.asked += 1;
    this.become(NO_SEARCH);
  }

  private become(state: SearchState): void {
    this.state = state;
    this.changed(state);
  }
}
