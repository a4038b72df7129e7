import { documentError, type PolicyDocument } from "./document.ts";
import { compileGlob } from "./glob.ts";
import type { KeyPath } from "./key-path.ts";
import type { Condition, Holds } from "./plan.ts";

/** Conditions are bits of a small integer. */
const CONDITIONS_MAX = 30;

type ResourcePatterns = Readonly<Record<string, string>>;

/** Compiles a `where` clause. An attribute that the resource lacks matches no pattern. */
function compileCondition(patterns: ResourcePatterns): Condition {
  const globs = Object.entries(patterns).map(([key, pattern]) => ({ key, glob: compileGlob(pattern) }));
  return {
    resource: new Map(Object.entries(patterns)),
    matches: (resource) =>
      globs.every(({ key, glob }) => {
        const value = resource.get(key);
        return value !== undefined && glob.matches(value);
      }),
  };
}

/** The conditions of all layers of a policy, each once. */
export interface ConditionTable {
  readonly conditions: readonly Condition[];
  /** The bit of a clause, which is new or one that says the same. @throws {OperatingError} `POLICY_INVALID` */
  bitOf(patterns: ResourcePatterns, document: PolicyDocument, path: KeyPath): Holds;
}

export function createConditionTable(): ConditionTable {
  const conditions: Condition[] = [];
  const indexOf = new Map<string, number>();
  return {
    conditions,
    bitOf(patterns, document, path) {
      const identity = JSON.stringify(Object.entries(patterns).toSorted(([a], [b]) => (a < b ? -1 : 1)));
      let index = indexOf.get(identity);
      if (index === undefined) {
        index = conditions.length;
        if (index === CONDITIONS_MAX) {
          throw documentError("POLICY_INVALID", document, path, {
            message: `more than ${CONDITIONS_MAX} different \`where\` clauses in all layers`,
            hint: "write one clause with `*` for resources that get the same rules",
          });
        }
        conditions.push(compileCondition(patterns));
        indexOf.set(identity, index);
      }
      return 1 << index;
    },
  };
}

/** Which conditions hold for a resource, as {@link Plan.decide} wants it. */
export function conditionsThatHold(
  conditions: readonly Condition[],
  resource: ReadonlyMap<string, string>,
): Holds {
  let holds = 0;
  for (let i = 0; i < conditions.length; i++) if (conditions[i]!.matches(resource)) holds |= 1 << i;
  return holds;
}
