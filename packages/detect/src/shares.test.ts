import { expect, test } from "vitest";
import { parseExpression } from "./automaton/expression.ts";
import { DETECTORS } from "./catalogue.ts";
import { seededRandom } from "./lint/random.ts";
import { sampleOf } from "./lint/sample.ts";

const SAMPLES = 4000;

/** Four standard deviations of a share of one in ten over that many samples, and more for smaller shares. */
const TOLERANCE = 0.02;

/** How many of what the pattern matches the validator may take: one by its check digits, less by its dates. */
const SHARES: Readonly<Record<string, number>> = {
  credit_card: 1 / 10,
  credit_card_near: 1 / 10,
  aba_routing: 1 / 10,
  argentine_cbu: 1 / 100,
  mexican_clabe: 1 / 10,
  us_npi: 1 / 10,
  us_dea: 1 / 10,
  uk_nhs_number: 1 / 11,
  au_medicare: 1 / 10,
  de_health_insurance: 1 / 10,
  de_physician: 1 / 10,
  imei: 1 / 10,
  iccid: 1 / 10,
  vin: 1 / 11,
  base58_address: 0.001,
  bech32_address: 0.001,
  stellar_address: 0.001,
  polkadot_address: 0.001,
  ar_cuit_bare: 1 / 11,
  at_svnr: 1 / 11,
  au_abn_bare: 1 / 89,
  au_tfn: 1 / 11,
  be_national_number: 2 / 97,
  bg_egn: 1 / 10,
  br_cnpj_bare: 1 / 100,
  br_cpf_bare: 1 / 100,
  ca_sin_bare: 1 / 10,
  ch_ahv: 1 / 10,
  cl_rut_bare: 1 / 11,
  cn_resident_id: 1 / 11,
  co_nit: 1 / 10,
  de_identity_card: 1 / 10,
  de_pension_number: 1 / 10,
  de_tax_id: 1 / 10,
  ee_personal_code: 1 / 10,
  es_dni: 1 / 20,
  es_nie: 1 / 20,
  eu_vat: 1 / 10,
  fi_hetu: 1 / 28,
  fr_nir: 1 / 97,
  gb_utr: 1 / 10,
  gr_afm: 1 / 10,
  gr_amka: 1 / 10,
  hk_hkid: 1 / 11,
  hr_oib: 1 / 10,
  hu_tax_id: 1 / 10,
  ie_pps: 1 / 23,
  il_identity_number: 1 / 10,
  in_aadhaar: 1 / 10,
  in_gstin: 1 / 36,
  is_kennitala_bare: 1 / 10,
  it_fiscal_code: 1 / 26,
  jp_my_number: 1 / 10,
  lv_personal_code_bare: 1 / 10,
  mx_curp: 1 / 10,
  mx_rfc: 1 / 11,
  nl_bsn: 1 / 11,
  no_birth_number: 1 / 121,
  nz_ird: 1 / 10,
  pl_nip: 1 / 11,
  pl_pesel: 1 / 10,
  pt_nif: 1 / 9,
  ro_cnp: 1 / 10,
  rs_jmbg: 1 / 10,
  ru_inn: 1 / 100,
  ru_snils: 1 / 97,
  se_personal_number: 1 / 10,
  sg_nric: 1 / 26,
  th_citizen_id_bare: 1 / 10,
  tr_identity_number: 1 / 100,
  tw_identity_number: 1 / 10,
  ua_tax_number: 1 / 10,
  za_id_number_bare: 1 / 10,
};

test.each(Object.entries(SHARES))(
  "%s takes no more of random candidates than its check lets through",
  (id, share) => {
    const detector = DETECTORS.find((candidate) => candidate.id === id)!;
    const expression = parseExpression(detector.pattern)!;
    const random = seededRandom(11);
    let taken = 0;
    for (let i = 0; i < SAMPLES; i++) {
      const candidate = sampleOf(expression, random);
      if (detector.confirm!(candidate, { before: " ", after: " " })) taken++;
    }
    expect(taken / SAMPLES).toBeLessThanOrEqual(share + TOLERANCE * Math.sqrt(share * 10));
  },
);
