import * as z from "zod";
import { PolicySchema } from "./schema.ts";

/** The JSON Schema (2020-12) of the policy document; `policy.schema.json` in the package is this. */
export function policyJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(PolicySchema, { target: "draft-2020-12" });
}
