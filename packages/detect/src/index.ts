export { DETECTORS } from "./catalogue.ts";
export {
  ATOM_BYTES_MAX,
  type CandidateContext,
  CONFIDENCES,
  type Confidence,
  DETECTOR_PACKS,
  type DetectorDefinition,
  type DetectorPack,
  defineDetector,
  PACK_NAMES,
} from "./detector.ts";
export { type DetectorSelection, detectorsOf } from "./detectors-of.ts";
export { ENGINE_VARIABLE, expressionEngine, expressionEngineWarning } from "./expressions/engine.ts";
export type { ExpressionEngineName } from "./expressions/expression-engine.ts";
export type { ExpressionProblem } from "./expressions/expression-problem.ts";
export type { Finding } from "./finding.ts";
export { type FoldedText, foldText } from "./fold/fold-text.ts";
export { lintDetector } from "./lint/lint-detector.ts";
export { type DetectorRates, measureDetector } from "./lint/measure-detector.ts";
export { utf16Offsets } from "./offsets.ts";
export {
  compileScanner,
  type Scanner,
  type ScannerOptions,
  type ScanOptions,
  type ScanResult,
} from "./scanner.ts";
export { SENSITIVITY_CLASSES, type SensitivityClass } from "./sensitivity-class.ts";
export type { SuppressionList } from "./suppression/suppression-list.ts";
export { SUPPRESSION_LISTS, type SuppressionListId } from "./suppression/suppression-lists.ts";
export { isPrivateAddress } from "./validators/ip-address.ts";
export { luhn } from "./validators/luhn.ts";
export { isPlaceholder } from "./validators/placeholder.ts";
