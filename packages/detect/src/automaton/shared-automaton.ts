import { Automaton } from "./automaton.ts";

/** The automaton that was built last, for as long as somebody has it. */
let last: { readonly key: string; readonly automaton: WeakRef<Automaton> } | undefined;

/**
 * An automaton for expressions: the one that was built last, where it is for the same ones. A policy that takes the place of another looks for the
 * same most of the time, and to build an automaton of all detectors takes half a second in which an application does nothing else. What one has learnt of
 * texts is true for all who ask for the same, and each question is answered before the next.
 */
export function automatonFor(expressions: readonly string[]): Automaton {
  const key = expressions.join("\n");
  const known = last?.key === key ? last.automaton.deref() : undefined;
  if (known !== undefined) return known;
  const automaton = new Automaton(expressions);
  last = { key, automaton: new WeakRef(automaton) };
  return automaton;
}
