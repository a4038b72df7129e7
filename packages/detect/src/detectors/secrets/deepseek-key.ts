import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const deepseekKey = vendorToken({
  id: "deepseek_key",
  vendor: "deepseek",
  finds: "API keys of DeepSeek and others that use the form of OpenAI: sk- and 32 to 64 letters and digits.",
  source: "DeepSeek API documentation, first call",
  confidence: "likely",
  atoms: ["sk-[A-Za-z0-9]{2}"],
  pattern: "sk-[A-Za-z0-9]{32,64}",
  examples: {
    match: [
      madeUp("sk-", "6aef1515e22e00fd2d741d7a", "9fdc10a1"),
      madeUp("sk-", "mybMOVABG1D2b21fsf9X1GlY", "lUA9YoQan9EfihYGfGZqGfub"),
    ],
    ignore: ["task-0123456789abcdef", madeUp("sk-", "x".repeat(32))],
  },
});
