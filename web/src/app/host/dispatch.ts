/** Calls by their name, from this tab or another. */
import type { Outcome } from "../actions";
import { failed, outcomeOf } from "../failure";
import type { CallArguments, CallName, CallResult, Calls } from "./calls";

export interface Caller {
  /** Never rejects, and never waits longer than its deadline. */
  call<Name extends CallName>(name: Name, ...args: CallArguments<Name>): Promise<Outcome<CallResult<Name>>>;
}

export class Dispatcher implements Caller {
  private readonly calls: Calls;

  constructor(calls: Calls) {
    this.calls = calls;
  }

  call<Name extends CallName>(name: Name, ...args: CallArguments<Name>): Promise<Outcome<CallResult<Name>>> {
    const method = this.calls[name] as (...args: CallArguments<Name>) => CallResult<Name> | Promise<CallResult<Name>>;
    return outcomeOf(() => method(...args));
  }

  /** Of another tab, which runs this same client: its arguments have the types that it was compiled with. */
  callNamed(name: string, args: readonly unknown[]): Promise<Outcome<unknown>> {
    if (!Object.hasOwn(this.calls, name)) return Promise.resolve(failed("unknown_call"));
    const method = this.calls[name as CallName] as (...args: readonly unknown[]) => unknown;
    return outcomeOf(() => method(...args));
  }
}
