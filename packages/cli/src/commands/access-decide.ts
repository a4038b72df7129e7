import { CLIENT_OPTIONS } from "../access/client-options.ts";
import type { CommandDefinition, OptionDefinition } from "../command.ts";

/* Decisions on requests, and ends of grants. */

const COMMENT_OPTION: OptionDefinition = { value: "TEXT", meaning: "Why, in a line." };
const OPTIONS = { comment: COMMENT_OPTION, ...CLIENT_OPTIONS };
const REQUEST = { usage: "REQUEST", min: 1, max: 1 } as const;
const GRANT = { usage: "GRANT", min: 1, max: 1 } as const;

export const accessApproveCommand: CommandDefinition = {
  name: "access approve",
  summary: "Approves a request of somebody else.",
  operands: REQUEST,
  options: OPTIONS,
  examples: ["scrim access approve req-69219c3e00112233 --comment 'go ahead'"],
  load: async () => ({ run: (await import("../run/access-decide.ts")).approve }),
};

export const accessDenyCommand: CommandDefinition = {
  name: "access deny",
  summary: "Denies a request, whoever has approved it.",
  operands: REQUEST,
  options: OPTIONS,
  examples: ["scrim access deny req-69219c3e00112233 --comment 'use the staging system'"],
  load: async () => ({ run: (await import("../run/access-decide.ts")).deny }),
};

export const accessCancelCommand: CommandDefinition = {
  name: "access cancel",
  summary: "Takes a request of yours back.",
  operands: REQUEST,
  options: CLIENT_OPTIONS,
  examples: ["scrim access cancel req-69219c3e00112233"],
  load: async () => ({ run: (await import("../run/access-decide.ts")).cancel }),
};

export const accessRevokeCommand: CommandDefinition = {
  name: "access revoke",
  summary: "Ends a grant before its time.",
  details:
    "Services hear of it within a second. One that can't be reached goes on until its bundle ends, a minute at most.",
  operands: GRANT,
  options: OPTIONS,
  examples: ["scrim access revoke 00112233aabbccdd --comment 'found it'"],
  load: async () => ({ run: (await import("../run/access-decide.ts")).revoke }),
};

export const accessReviewCommand: CommandDefinition = {
  name: "access review",
  summary: "Says that you have looked at what somebody took without asking.",
  operands: GRANT,
  options: OPTIONS,
  examples: ["scrim access review 00112233aabbccdd --comment 'as it should be'"],
  load: async () => ({ run: (await import("../run/access-decide.ts")).review }),
};
