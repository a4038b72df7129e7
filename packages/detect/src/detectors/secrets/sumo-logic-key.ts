import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const sumoLogicKey = vendorKeyed({
  id: "sumo_logic_key",
  vendor: "sumologic",
  finds: "Access ids and keys of Sumo Logic, behind a key that names it.",
  source: "Sumo Logic documentation, access keys",
  atoms: ["(?i:sumo)"],
  key: { name: "sumo", role: "key|token|secret|access[_.-]?id", value: "su[A-Za-z0-9]{12}|[A-Za-z0-9]{64}" },
  examples: {
    match: [
      madeUp("sumologic_access_id = ", "su9OL", "8vqtq3RuK"),
      madeUp("SUMO_ACCESS_KEY=", "JmEwlzgdiwH7EberJpzTHnBw", "hmNipM2WyTRtSbf6i8yiSV9v", "BOyqky5jJEsx8Iq7"),
    ],
    ignore: ["sumo_access_id=missing"],
  },
});
