export type { RedactionCounts } from "./counts.ts";
export { createRedactor, type Redaction, type Redactor } from "./redactor.ts";
