import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const databricksToken = vendorToken({
  id: "databricks_token",
  vendor: "databricks",
  finds: "Personal access tokens and OAuth secrets of Databricks.",
  source: "Databricks documentation, personal access tokens",
  atoms: ["d(?:api|ose)[a-f0-9]{8}"],
  pattern: "d(?:api|ose)[a-f0-9]{32}(?:-[0-9])?",
  examples: {
    match: [madeUp("dapi", "4f3c2a1b9e8d7c6f5a4b3c2d", "1e0f9a8b")],
    ignore: [madeUp("dapi", "4f3c2a1b9e8d7c6f5a4b")],
  },
});
