import { documentationAddresses } from "./documentation-addresses.ts";
import { exampleDomains } from "./example-domains.ts";
import type { SuppressionList } from "./suppression-list.ts";
import { testCards } from "./test-cards.ts";

/** All there are, by id. */
export const SUPPRESSION_LISTS = {
  example_domains: exampleDomains,
  documentation_addresses: documentationAddresses,
  test_cards: testCards,
} as const satisfies Readonly<Record<string, SuppressionList>>;

export type SuppressionListId = keyof typeof SUPPRESSION_LISTS;
