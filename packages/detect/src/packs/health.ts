import type { DetectorDefinition } from "../detector.ts";
import { auMedicare } from "../detectors/health/au-medicare.ts";
import { deHealthInsurance } from "../detectors/health/de-health-insurance.ts";
import { dePhysician } from "../detectors/health/de-physician.ts";
import { medicalRecord } from "../detectors/health/medical-record.ts";
import { nzNhi } from "../detectors/health/nz-nhi.ts";
import { ukNhsNumber } from "../detectors/health/uk-nhs-number.ts";
import { usDea } from "../detectors/health/us-dea.ts";
import { usMbi } from "../detectors/health/us-mbi.ts";
import { usNpi } from "../detectors/health/us-npi.ts";

/** Patients and those who treat them. */
export const HEALTH: readonly DetectorDefinition[] = [
  usNpi,
  usDea,
  usMbi,
  ukNhsNumber,
  auMedicare,
  deHealthInsurance,
  dePhysician,
  nzNhi,
  medicalRecord,
];
