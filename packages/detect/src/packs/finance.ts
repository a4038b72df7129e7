import type { DetectorDefinition } from "../detector.ts";
import { abaRouting } from "../detectors/finance/aba-routing.ts";
import { argentineCbu } from "../detectors/finance/argentine-cbu.ts";
import { bankAccount } from "../detectors/finance/bank-account.ts";
import { bic } from "../detectors/finance/bic.ts";
import { cardExpiry } from "../detectors/finance/card-expiry.ts";
import { cardSecurityCode } from "../detectors/finance/card-security-code.ts";
import { creditCard } from "../detectors/finance/credit-card.ts";
import { creditCardNear } from "../detectors/finance/credit-card-near.ts";
import { iban } from "../detectors/finance/iban.ts";
import { ibanLowerCase } from "../detectors/finance/iban-lower-case.ts";
import { mexicanClabe } from "../detectors/finance/mexican-clabe.ts";
import { sortCode } from "../detectors/finance/sort-code.ts";

/** Cards, accounts and money. */
export const FINANCE: readonly DetectorDefinition[] = [
  creditCard,
  creditCardNear,
  iban,
  ibanLowerCase,
  abaRouting,
  argentineCbu,
  bankAccount,
  bic,
  cardExpiry,
  cardSecurityCode,
  mexicanClabe,
  sortCode,
];
