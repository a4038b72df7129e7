import type { DetectorDefinition } from "../detector.ts";
import { creditCard } from "../detectors/finance/credit-card.ts";
import { iban } from "../detectors/finance/iban.ts";

/** Cards, accounts and money. */
export const FINANCE: readonly DetectorDefinition[] = [creditCard, iban];
