import { CLIENT_OPTIONS } from "../access/client-options.ts";
import type { CommandDefinition, OptionDefinition } from "../command.ts";

/* Central policy: from a proposal to every process. */

/** As in the interface, which help does without. */
export const POLICY_STATE_NAMES = [
  "proposed",
  "approved",
  "rejected",
  "staged",
  "current",
  "superseded",
] as const;

const POLICY = { usage: "POLICY", min: 1, max: 1 } as const;
const COMMENT_OPTION: OptionDefinition = { value: "TEXT", meaning: "Why, in a line." };
const DECISION_OPTIONS = { comment: COMMENT_OPTION, ...CLIENT_OPTIONS };

const policyProposeCommand: CommandDefinition = {
  name: "policy propose",
  summary: "Proposes a policy to the control plane, and says what it changes there.",
  details: [
    "Several files are layers, base first. It takes the place of the current policy for the same services and environments, once it is approved and staged.",
    "Keys stay local: a central policy names none.",
  ].join("\n"),
  operands: { usage: "FILE...", min: 0, max: 16 },
  options: {
    service: { value: "NAME", meaning: "Services, * for any letters.", multiple: true, required: true },
    environment: {
      value: "NAME",
      meaning: "Environments, * for any letters.",
      multiple: true,
      required: true,
    },
    reason: { value: "TEXT", meaning: "Why. Who decides on it reads it.", required: true },
    end: { meaning: "Proposes none, in place of FILE: processes have their local policies again." },
    ...CLIENT_OPTIONS,
  },
  examples: [
    "scrim policy propose pay.yaml --service pay --environment production --reason 'orders hold notes'",
    "scrim policy propose base.yaml pay.yaml --service 'pay*' --environment '*' --reason 'orders hold notes'",
  ],
  load: () => import("../run/policy-propose.ts"),
};

const policyListCommand: CommandDefinition = {
  name: "policy list",
  summary: "Lists policies of the control plane, oldest first.",
  options: {
    state: { value: "STATE", meaning: "Only these.", choices: POLICY_STATE_NAMES },
    ...CLIENT_OPTIONS,
  },
  examples: ["scrim policy list --state proposed", "scrim policy list --json | jq -r .id"],
  load: () => import("../run/policy-list.ts"),
};

const policyShowCommand: CommandDefinition = {
  name: "policy show",
  summary: "Shows a policy of the control plane: what it changes, what was decided, and who is to run it.",
  operands: POLICY,
  options: CLIENT_OPTIONS,
  examples: [
    "scrim policy show pol-69219c3e00112233",
    "scrim policy show pol-69219c3e00112233 --json | jq -r '.documents[].text'",
  ],
  load: () => import("../run/policy-show.ts"),
};

const policyApproveCommand: CommandDefinition = {
  name: "policy approve",
  summary: "Approves a policy that somebody else has proposed.",
  operands: POLICY,
  options: DECISION_OPTIONS,
  examples: ["scrim policy approve pol-69219c3e00112233 --comment 'notes are not needed'"],
  load: async () => ({ run: (await import("../run/policy-decide.ts")).approve }),
};

const policyDenyCommand: CommandDefinition = {
  name: "policy deny",
  summary: "Denies a policy that somebody else has proposed.",
  operands: POLICY,
  options: DECISION_OPTIONS,
  examples: ["scrim policy deny pol-69219c3e00112233 --comment 'card numbers would leave'"],
  load: async () => ({ run: (await import("../run/policy-decide.ts")).deny }),
};

const policyStageCommand: CommandDefinition = {
  name: "policy stage",
  summary: "Puts an approved policy on a share of the processes, or on all of them.",
  details: "0 takes it back from all. 100 makes it the current one, in the place of the one before.",
  operands: POLICY,
  options: {
    share: { value: "PERCENT", meaning: "Of the processes, 0 to 100.", required: true },
    ...CLIENT_OPTIONS,
  },
  examples: [
    "scrim policy stage pol-69219c3e00112233 --share 10",
    "scrim policy stage pol-69219c3e00112233 --share 100",
  ],
  load: () => import("../run/policy-stage.ts"),
};

const policyStatusCommand: CommandDefinition = {
  name: "policy status",
  summary: "Says which of the processes that a policy is for run it, and which have refused it and why.",
  details: "What processes said in the last ten minutes.",
  operands: POLICY,
  options: CLIENT_OPTIONS,
  examples: ["scrim policy status pol-69219c3e00112233"],
  load: () => import("../run/policy-status.ts"),
};

/** Commands of central policy, in the order of a policy's life. */
export const CENTRAL_POLICY_COMMANDS: readonly CommandDefinition[] = [
  policyProposeCommand,
  policyListCommand,
  policyShowCommand,
  policyApproveCommand,
  policyDenyCommand,
  policyStageCommand,
  policyStatusCommand,
];
