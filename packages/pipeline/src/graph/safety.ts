import { OperatingError } from "@scrim/errors";
import type { PlannedComponent } from "./plan-graph.ts";

/**
 * The type of the processor that redacts. The table of components holds each type once, so no plug-in can pass
 * itself off as it.
 */
export const POLICY_TYPE = "policy";

/**
 * Whether a pipeline with these processors lets data leave unredacted: it has no `policy`, or behind the last one
 * stands a processor that may add text.
 *
 * @param report is given `CONFIG_UNREDACTED` if so, unless that is allowed by name
 */
export function checkRedaction(
  processors: readonly PlannedComponent<"processor">[],
  path: string,
  allowed: boolean,
  report: (problem: OperatingError) => void,
): boolean {
  const problem = findProblem(processors, path);
  if (problem !== undefined && !allowed) report(problem);
  return problem !== undefined;
}

function findProblem(
  processors: readonly PlannedComponent<"processor">[],
  path: string,
): OperatingError | undefined {
  const last = processors.findLastIndex(({ definition }) => definition.type === POLICY_TYPE);
  if (last < 0)
    return new OperatingError("CONFIG_UNREDACTED", "data would leave this pipeline unredacted", {
      path,
      hint: `add "${POLICY_TYPE}" to the list: processors: [${[...processors.map(({ id }) => id), POLICY_TYPE].join(", ")}]`,
    });
  const at = processors.findIndex(
    ({ definition }, index) => index > last && definition.capabilities.adds_text !== false, // undeclared counts as yes
  );
  if (at < 0) return undefined;
  const { id } = processors[at]!;
  return new OperatingError("CONFIG_UNREDACTED", `"${id}" may add text behind the last policy`, {
    path: `${path}.${at}`,
    hint: `put "${id}" before "${processors[last]!.id}"`,
  });
}
