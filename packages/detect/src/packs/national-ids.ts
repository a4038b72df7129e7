import type { DetectorDefinition } from "../detector.ts";
import { AR_CUIT } from "../detectors/national-ids/ar/cuit.ts";
import { AT_SVNR } from "../detectors/national-ids/at/svnr.ts";
import { AU_ABN } from "../detectors/national-ids/au/abn.ts";
import { AU_TFN } from "../detectors/national-ids/au/tfn.ts";
import { BE_NATIONAL_NUMBER } from "../detectors/national-ids/be/national-number.ts";
import { BG_EGN } from "../detectors/national-ids/bg/egn.ts";
import { BR_CNPJ } from "../detectors/national-ids/br/cnpj.ts";
import { BR_CPF } from "../detectors/national-ids/br/cpf.ts";
import { CA_SIN } from "../detectors/national-ids/ca/sin.ts";
import { CH_AHV } from "../detectors/national-ids/ch/ahv.ts";
import { CL_RUT } from "../detectors/national-ids/cl/rut.ts";
import { CN_RESIDENT_ID } from "../detectors/national-ids/cn/resident-id.ts";
import { CO_NIT } from "../detectors/national-ids/co/nit.ts";
import { CZ_BIRTH_NUMBER } from "../detectors/national-ids/cz/birth-number.ts";
import { DE_IDENTITY_CARD } from "../detectors/national-ids/de/identity-card.ts";
import { DE_PENSION_NUMBER } from "../detectors/national-ids/de/pension-number.ts";
import { DE_TAX_ID } from "../detectors/national-ids/de/tax-id.ts";
import { DK_CPR } from "../detectors/national-ids/dk/cpr.ts";
import { EE_PERSONAL_CODE } from "../detectors/national-ids/ee/personal-code.ts";
import { ES_DNI } from "../detectors/national-ids/es/dni.ts";
import { ES_NIE } from "../detectors/national-ids/es/nie.ts";
import { EU_VAT } from "../detectors/national-ids/eu/vat.ts";
import { FI_HETU } from "../detectors/national-ids/fi/hetu.ts";
import { FR_NIR } from "../detectors/national-ids/fr/nir.ts";
import { GB_NINO } from "../detectors/national-ids/gb/nino.ts";
import { GB_UTR } from "../detectors/national-ids/gb/utr.ts";
import { GR_AFM } from "../detectors/national-ids/gr/afm.ts";
import { GR_AMKA } from "../detectors/national-ids/gr/amka.ts";
import { HK_HKID } from "../detectors/national-ids/hk/hkid.ts";
import { HR_OIB } from "../detectors/national-ids/hr/oib.ts";
import { HU_TAX_ID } from "../detectors/national-ids/hu/tax-id.ts";
import { IE_PPS } from "../detectors/national-ids/ie/pps.ts";
import { IL_IDENTITY_NUMBER } from "../detectors/national-ids/il/identity-number.ts";
import { IN_AADHAAR } from "../detectors/national-ids/in/aadhaar.ts";
import { IN_GSTIN } from "../detectors/national-ids/in/gstin.ts";
import { IN_PAN } from "../detectors/national-ids/in/pan.ts";
import { IS_KENNITALA } from "../detectors/national-ids/is/kennitala.ts";
import { IT_FISCAL_CODE } from "../detectors/national-ids/it/fiscal-code.ts";
import { JP_MY_NUMBER } from "../detectors/national-ids/jp/my-number.ts";
import { KR_RRN } from "../detectors/national-ids/kr/rrn.ts";
import { LT_PERSONAL_CODE } from "../detectors/national-ids/lt/personal-code.ts";
import { LV_PERSONAL_CODE } from "../detectors/national-ids/lv/personal-code.ts";
import { MX_CURP } from "../detectors/national-ids/mx/curp.ts";
import { MX_RFC } from "../detectors/national-ids/mx/rfc.ts";
import { MY_NRIC } from "../detectors/national-ids/my/nric.ts";
import { NL_BSN } from "../detectors/national-ids/nl/bsn.ts";
import { NO_BIRTH_NUMBER } from "../detectors/national-ids/no/birth-number.ts";
import { NZ_IRD } from "../detectors/national-ids/nz/ird.ts";
import { PK_CNIC } from "../detectors/national-ids/pk/cnic.ts";
import { PL_NIP } from "../detectors/national-ids/pl/nip.ts";
import { PL_PESEL } from "../detectors/national-ids/pl/pesel.ts";
import { PT_NIF } from "../detectors/national-ids/pt/nif.ts";
import { RO_CNP } from "../detectors/national-ids/ro/cnp.ts";
import { RS_JMBG } from "../detectors/national-ids/rs/jmbg.ts";
import { RU_INN } from "../detectors/national-ids/ru/inn.ts";
import { RU_SNILS } from "../detectors/national-ids/ru/snils.ts";
import { SE_PERSONAL_NUMBER } from "../detectors/national-ids/se/personal-number.ts";
import { SG_NRIC } from "../detectors/national-ids/sg/nric.ts";
import { TH_CITIZEN_ID } from "../detectors/national-ids/th/citizen-id.ts";
import { TR_IDENTITY_NUMBER } from "../detectors/national-ids/tr/identity-number.ts";
import { TW_IDENTITY_NUMBER } from "../detectors/national-ids/tw/identity-number.ts";
import { UA_TAX_NUMBER } from "../detectors/national-ids/ua/tax-number.ts";
import { US_EIN } from "../detectors/national-ids/us/ein.ts";
import { US_ITIN } from "../detectors/national-ids/us/itin.ts";
import { ZA_ID_NUMBER } from "../detectors/national-ids/za/id-number.ts";

/** Numbers that states give to people, and to firms that may be one person; by country. */
export const NATIONAL_IDS: readonly DetectorDefinition[] = [
  AR_CUIT,
  AT_SVNR,
  AU_ABN,
  AU_TFN,
  BE_NATIONAL_NUMBER,
  BG_EGN,
  BR_CNPJ,
  BR_CPF,
  CA_SIN,
  CH_AHV,
  CL_RUT,
  CN_RESIDENT_ID,
  CO_NIT,
  CZ_BIRTH_NUMBER,
  DE_IDENTITY_CARD,
  DE_PENSION_NUMBER,
  DE_TAX_ID,
  DK_CPR,
  EE_PERSONAL_CODE,
  ES_DNI,
  ES_NIE,
  EU_VAT,
  FI_HETU,
  FR_NIR,
  GB_NINO,
  GB_UTR,
  GR_AFM,
  GR_AMKA,
  HK_HKID,
  HR_OIB,
  HU_TAX_ID,
  IE_PPS,
  IL_IDENTITY_NUMBER,
  IN_AADHAAR,
  IN_GSTIN,
  IN_PAN,
  IS_KENNITALA,
  IT_FISCAL_CODE,
  JP_MY_NUMBER,
  KR_RRN,
  LT_PERSONAL_CODE,
  LV_PERSONAL_CODE,
  MX_CURP,
  MX_RFC,
  MY_NRIC,
  NL_BSN,
  NO_BIRTH_NUMBER,
  NZ_IRD,
  PK_CNIC,
  PL_NIP,
  PL_PESEL,
  PT_NIF,
  RO_CNP,
  RS_JMBG,
  RU_INN,
  RU_SNILS,
  SE_PERSONAL_NUMBER,
  SG_NRIC,
  TH_CITIZEN_ID,
  TR_IDENTITY_NUMBER,
  TW_IDENTITY_NUMBER,
  UA_TAX_NUMBER,
  US_EIN,
  US_ITIN,
  ZA_ID_NUMBER,
].flat();
