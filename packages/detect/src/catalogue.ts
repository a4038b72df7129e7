import type { DetectorDefinition } from "./detector.ts";
import { CRYPTO } from "./packs/crypto.ts";
import { FINANCE } from "./packs/finance.ts";
import { HEALTH } from "./packs/health.ts";
import { NATIONAL_IDS } from "./packs/national-ids.ts";
import { NETWORK } from "./packs/network.ts";
import { PII } from "./packs/pii.ts";
import { SECRETS } from "./packs/secrets.ts";

/** Every built-in detector. Where two find the same stretch equally well, the one that stands first names it. */
export const DETECTORS: readonly DetectorDefinition[] = [
  ...PII,
  ...FINANCE,
  ...SECRETS,
  ...NETWORK,
  ...HEALTH,
  ...CRYPTO,
  ...NATIONAL_IDS,
];
