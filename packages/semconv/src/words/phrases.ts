import type { Judgement } from "../catalogue/judgement.ts";
import type { AttributeName } from "../generated/attributes.ts";

/** Phrases that mean the same as an attribute of the conventions wherever they stand: `billing.email`. */
interface Likeness {
  readonly like: AttributeName;
  readonly names: readonly string[];
}

/** What a file of words has: phrases as `snake_case`, and what a key that ends in one of them means. */
export type Meaning = Likeness | Judgement;

/** Every first word with every second one: `pairs(["work", "home"], ["email"])` is `work_email`, `home_email`. */
export function pairs(firsts: readonly string[], seconds: readonly string[]): string[] {
  return firsts.flatMap((first) => seconds.map((second) => `${first}_${second}`));
}
