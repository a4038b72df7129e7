/** Writes `policy.schema.json`. Run `pnpm --filter @scrim/policy schema` after changing the schema. */
import { writeFileSync } from "node:fs";
import { policyJsonSchema } from "./src/index.ts";

const text = `${JSON.stringify(policyJsonSchema(), null, 2)}\n`;
writeFileSync(new URL("./policy.schema.json", import.meta.url), text);
