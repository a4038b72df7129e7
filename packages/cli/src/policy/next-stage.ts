import { commandLine } from "../access/command-line.ts";
import type { CommandInput } from "../command.ts";
import type { CentralPolicy } from "./policy-views-text.ts";

/** What may be tried on some of the processes first. One that ends the central policy is for all, or none. */
const FIRST_SHARE = 10;

interface NextStage {
  /** The options of the command line that go with it. */
  readonly options?: readonly string[];
  /** Whether processes have refused it: then it isn't for more of them. */
  readonly isRefused?: boolean;
}

/** Where a policy that is decided on may be put next, as hints. */
export function stageHints(
  input: CommandInput,
  { id, state, documents }: CentralPolicy,
  { options, isRefused = false }: NextStage = {},
): readonly string[] {
  const stage = (share: number) => commandLine(input, `policy stage ${id} --share ${share}`, options);
  switch (state) {
    case "approved":
      return documents.length === 0
        ? [`take the central policy away: ${stage(100)}`]
        : [`put it on some processes first: ${stage(FIRST_SHARE)}`];
    case "staged":
      return [...(isRefused ? [] : [`on all of them: ${stage(100)}`]), `take it back: ${stage(0)}`];
    default:
      return [];
  }
}

/** The same, and who runs it where anybody may. */
export function nextHints(input: CommandInput, policy: CentralPolicy): readonly string[] {
  const isOnSome = policy.state === "staged" || policy.state === "current";
  const status = `who runs it: ${commandLine(input, `policy status ${policy.id}`)}`;
  return [...(isOnSome ? [status] : []), ...stageHints(input, policy)];
}
