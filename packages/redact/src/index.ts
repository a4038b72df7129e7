export { type ExpressionEngineName, expressionEngine, expressionEngineWarning } from "@scrim/detect";
export type { RedactionCounts } from "./counts.ts";
export type { KeyNode } from "./key-node.ts";
export { type WithheldReason, withheldLabel } from "./labels.ts";
export { createRedactor, type Redaction, type Redactor, type RedactorOptions } from "./redactor.ts";
export type { RedactionTrace, StructuralPart, TracePath } from "./trace.ts";
export type { ValueRedactor } from "./value-redactor.ts";
