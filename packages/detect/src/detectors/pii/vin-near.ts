import { defineDetector } from "../../detector.ts";
import { isDigit, standsAlone } from "../../validators/neighbours.ts";

export const vinNear = defineDetector({
  id: "vin_near",
  type: "vehicle_id",
  class: "quasi_identifier",
  pack: "pii",
  finds: "Vehicle identification numbers of any maker, near a word such as VIN or chassis.",
  source: "ISO 3779 (the check digit is not used in Europe)",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b[A-HJ-NPR-Z0-9]{17}\b`,
  confirm: (candidate, context) => standsAlone(context) && isDigit(candidate, 16),
  near: {
    words: [
      "vin",
      "vehicle",
      "chassis",
      "fahrgestell",
      "fahrzeug",
      "fahrgestellnummer",
      "bastidor",
      "telaio",
    ],
    window_bytes: 40,
  },
  examples: {
    match: ["VIN WVWZZZ1JZXW000001", "chassis_number=WDB9066331S123456"],
    ignore: ["WVWZZZ1JZXW000001", "vin WVWZZZ1JZXW00000"],
  },
});
