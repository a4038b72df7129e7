import type { DetectorDefinition } from "../detector.ts";
import { email } from "../detectors/pii/email.ts";
import { phone } from "../detectors/pii/phone.ts";
import { phoneKeyed } from "../detectors/pii/phone-keyed.ts";
import { phoneNational } from "../detectors/pii/phone-national.ts";
import { usSsn } from "../detectors/pii/us-ssn.ts";
import { usSsnKeyed } from "../detectors/pii/us-ssn-keyed.ts";

/** Personal data. */
export const PII: readonly DetectorDefinition[] = [
  email,
  phone,
  phoneNational,
  phoneKeyed,
  usSsn,
  usSsnKeyed,
];
