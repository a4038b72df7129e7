import { defineDetector } from "../../detector.ts";
import { isEpoch } from "../../validators/epoch.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";

export const phoneBare = defineDetector({
  id: "phone_bare",
  type: "phone",
  class: "direct_identifier",
  pack: "pii",
  finds: "Phone numbers without separators, near a word such as phone or mobile or in an attribute named so.",
  source: "ITU-T E.164, national (significant) numbers",
  confidence: "possible",
  atoms: [],
  pattern: String.raw`\b(?:\d{9,15})\b`,
  confirm: (candidate, context) => isWholeNumber(context) && !isEpoch(candidate),
  near: {
    words: [
      "phone",
      "telephone",
      "tel",
      "mobile",
      "cell",
      "cellphone",
      "fax",
      "sms",
      "whatsapp",
      "msisdn",
      "telefon",
      "handynummer",
      "rufnummer",
      "telefono",
      "movil",
      "celular",
      "telefone",
      "telemovel",
      "telefoon",
    ],
    window_bytes: 24,
  },
  examples: {
    match: ["my phone: 5551231234", "2813882583 mobile", "celular 11961234567"],
    ignore: ["5551231234", "phone seen at 1787393730", "sms sent 1787393730123", "phone 555123"],
  },
});
