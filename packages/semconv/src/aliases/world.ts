import type { Judgement } from "../catalogue/judgement.ts";
import type { AttributeName } from "../generated/attributes.ts";

/** The names that one logger, cloud or product gives to what it logs. */
export interface World {
  /** As people call it. */
  readonly name: string;
  /** Who publishes the names. */
  readonly source: string;
  /** Names that mean what an attribute of the conventions means. */
  readonly alike: { readonly [Name in AttributeName]?: readonly string[] };
  /** Names for which the conventions have none. */
  readonly judged?: readonly Judgement[];
}
