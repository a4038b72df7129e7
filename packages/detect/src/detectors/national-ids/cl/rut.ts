import { DOTTED_GROUPS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const CL_RUT = nationalId({
  country: "cl",
  id: "cl_rut",
  finds: "Chilean identity numbers (RUT, RUN) with their check character",
  source: "Servicio de Registro Civil e Identificación; Decreto 18.845",
  check: isRut,
  written: {
    atoms: [DOTTED_GROUPS],
    pattern: String.raw`\d{2}\.\d{3}\.\d{3}-[\dKk]`,
    match: ["RUT 12.345.678-5"],
    ignore: ["RUT 12.345.678-6"],
  },
  bare: {
    pattern: String.raw`[1-9]\d{6,7}-[\dK]|[1-9]\d{8}`,
    words: ["rut", "run", "chile", "cedula"],
    match: ["rut: 12345678-5", "RUT 123456785"],
    ignore: ["12345678-5", "rut: 12345678-6"],
  },
});

/** Weights 2 to 7 from the right, over and over; a remainder of ten is written K. */
function isRut(compact: string): boolean {
  let sum = 0;
  for (let i = 0; i < compact.length - 1; i++) {
    sum += (compact.charCodeAt(compact.length - 2 - i) - 0x30) * (2 + (i % 6));
  }
  return "0K987654321"[sum % 11] === compact.at(-1);
}
