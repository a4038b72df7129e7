import type { CommandDefinition } from "../command.ts";

/** Roles that scrim's own policies know. */
export const ROLES: readonly string[] = [
  "viewer",
  "engineer",
  "break_glass",
  "approver",
  "reveal_approver",
  "security",
  "auditor",
  "admin",
  "policy_approver",
];

export const accessInitCommand: CommandDefinition = {
  name: "access init",
  summary:
    "Makes all that a control plane needs, in a folder of its own: keys, configuration, people and their tokens.",
  details: [
    "Writes access.yaml, directory.yaml, access.secrets, tokens, audit.key, audit.pub, signing.key, signing.pub, and a NAME.token for each person and workload.",
    "Files that hold secrets have mode 0600. The folder has to be empty, or not there yet: nothing is ever overwritten.",
    `Roles: ${ROLES.join(", ")}.`,
  ].join("\n"),
  operands: { usage: "[DIR]", min: 0, max: 1 },
  options: {
    person: {
      value: "NAME:ROLE,ROLE",
      meaning: "Somebody with roles, who gets a token.",
      multiple: true,
      required: true,
    },
    team: { value: "NAME=PERSON,PERSON", meaning: "People who are a team.", multiple: true },
    owns: {
      value: "TEAM=SERVICE,SERVICE",
      meaning: "Services that a team answers for, * for any letters.",
      multiple: true,
    },
    workload: {
      value: "SERVICE@ENVIRONMENT",
      meaning: "A service whose processes fetch grants: SERVICE-ENVIRONMENT.token is theirs.",
      multiple: true,
    },
    listen: { value: "HOST:PORT", meaning: "Where it will listen.", default: "127.0.0.1:4330" },
    log: {
      value: "NAME",
      meaning: "What the audit log is called: shop.example/access. Without it a name of random letters.",
    },
  },
  examples: [
    "scrim access init access --person alice:engineer --person bob:approver,admin --workload checkout@production",
    "scrim access init access --person alice:engineer --person bob:approver,admin --team payments=alice,bob --owns 'payments=checkout*'",
  ],
  load: () => import("../run/access-init.ts"),
};
