export { type ExpressionEngineName, expressionEngine, expressionEngineWarning } from "@scrim/detect";
export type { RedactionCounts } from "./counts.ts";
export { type WithheldReason, withheldLabel } from "./labels.ts";
export { createRedactor, type Redaction, type Redactor, type RedactorOptions } from "./redactor.ts";
export type { RedactionTrace, StructuralPart, TracePath } from "./trace.ts";
