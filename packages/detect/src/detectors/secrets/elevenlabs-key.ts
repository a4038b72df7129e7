import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const elevenlabsKey = vendorToken({
  id: "elevenlabs_key",
  vendor: "elevenlabs",
  finds: "API keys of ElevenLabs.",
  source: "ElevenLabs documentation, authentication",
  atoms: ["sk_[0-9a-f]{2}"],
  pattern: "sk_[0-9a-f]{48}",
  examples: {
    match: [madeUp("sk_", "039b645d93b4398d8e9a807a", "7a6d8a0990846b3ba35d82ef")],
    ignore: [madeUp("sk_", "9b1ad85ffa478377")],
  },
});
