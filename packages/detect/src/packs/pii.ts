import type { DetectorDefinition } from "../detector.ts";
import { coordinates } from "../detectors/pii/coordinates.ts";
import { dateOfBirth } from "../detectors/pii/date-of-birth.ts";
import { driverLicense } from "../detectors/pii/driver-license.ts";
import { email } from "../detectors/pii/email.ts";
import { homePath } from "../detectors/pii/home-path.ts";
import { iccid } from "../detectors/pii/iccid.ts";
import { imei, imeiBare } from "../detectors/pii/imei.ts";
import { imsi } from "../detectors/pii/imsi.ts";
import { passport } from "../detectors/pii/passport.ts";
import { passportMrz } from "../detectors/pii/passport-mrz.ts";
import { personName } from "../detectors/pii/person-name.ts";
import { phone } from "../detectors/pii/phone.ts";
import { phoneBare } from "../detectors/pii/phone-bare.ts";
import { phoneDialled } from "../detectors/pii/phone-dialled.ts";
import { phoneKeyed } from "../detectors/pii/phone-keyed.ts";
import { phoneNational } from "../detectors/pii/phone-national.ts";
import { phoneNear } from "../detectors/pii/phone-near.ts";
import { ukDrivingLicence } from "../detectors/pii/uk-driving-licence.ts";
import { usSsn } from "../detectors/pii/us-ssn.ts";
import { usSsnKeyed } from "../detectors/pii/us-ssn-keyed.ts";
import { userName } from "../detectors/pii/user-name.ts";
import { vin } from "../detectors/pii/vin.ts";
import { vinNear } from "../detectors/pii/vin-near.ts";

/** Personal data. */
export const PII: readonly DetectorDefinition[] = [
  email,
  phone,
  phoneDialled,
  phoneNational,
  phoneKeyed,
  phoneNear,
  phoneBare,
  usSsn,
  usSsnKeyed,
  dateOfBirth,
  personName,
  userName,
  homePath,
  coordinates,
  passport,
  passportMrz,
  driverLicense,
  ukDrivingLicence,
  imei,
  imeiBare,
  imsi,
  iccid,
  vin,
  vinNear,
];
