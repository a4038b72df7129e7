import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const figmaToken = vendorToken({
  id: "figma_token",
  vendor: "figma",
  finds: "Personal access and OAuth tokens of Figma.",
  source: "Figma developer documentation, authentication",
  atoms: ["fig(?:d|o|ur|or)_"],
  pattern: "fig(?:d|o|ur|or)_[A-Za-z0-9_-]{40,}",
  examples: {
    match: [madeUp("figd_", "EpL6Peb4n1uBdOqze2fqewEm", "i897BGw7dW8xUNh4")],
    ignore: ["figd_export", madeUp("figd_", "x".repeat(40))],
  },
});
