import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const mistralKey = vendorKeyed({
  id: "mistral_key",
  vendor: "mistral",
  finds: "API keys of Mistral AI, behind a key that names it.",
  source: "Mistral AI documentation, API keys",
  atoms: ["(?i:mistral)"],
  key: { name: "mistral", value: "[A-Za-z0-9]{32}" },
  examples: {
    match: [madeUp("MISTRAL_API_KEY=", "DhWWvXyHYm9XqrYHqhdcIouE", "NyvhlQFK")],
    ignore: [madeUp("mistral_model=", "r0yARlXTQVh9DIELoAcX1EWC", "Sr08mKTm")],
  },
});
