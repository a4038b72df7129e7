export type { Action, Generalization, MaskStyle } from "./action.ts";
export type { ActionSetting } from "./action-schema.ts";
export { type PolicyText, parseCentralPolicy, withCentralPolicy } from "./central-policy.ts";
export { comparePolicies } from "./compare/compare-policies.ts";
export { type Change, type PolicyDifference, weakens } from "./compare/policy-difference.ts";
export { type CompileOptions, compilePolicy, defaultPlan } from "./compile.ts";
export { conditionsThatHold } from "./condition.ts";
export { changesValue, isForWhole, joinDecisions } from "./decision.ts";
export { DEFAULT_POLICY } from "./default-policy.ts";
export type { PolicyDocument } from "./document.ts";
export {
  describeOrigin,
  type Explanation,
  explain,
  explainDecision,
  explainFinding,
  type FindingExplanation,
  type Question,
} from "./explain.ts";
export { compileGlob, type Glob } from "./glob.ts";
export { policyJsonSchema } from "./json-schema.ts";
export type { KeyPath } from "./key-path.ts";
export { join, restrictiveness } from "./lattice.ts";
export { lintPolicy, type PolicyWarning } from "./lint.ts";
export { type LoadedPolicy, type LoadOptions, loadPolicy, withPolicyKey } from "./load.ts";
export { definePolicy, parsePolicy } from "./parse.ts";
export type { Condition, Decision, Holds, Limits, Origin, Plan, PseudonymKey } from "./plan.ts";
export { policyReference } from "./reference.ts";
export { PolicySchema, type PolicySettings } from "./schema.ts";
