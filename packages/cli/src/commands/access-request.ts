import { CLIENT_OPTIONS } from "../access/client-options.ts";
import type { CommandDefinition, OptionDefinition } from "../command.ts";
import { CAPTURE_DETAILS, LEVEL_OPTION, LIMIT_OPTIONS, SELECTOR_OPTIONS } from "./capture-options.ts";

/* Asking for access, and taking it where somebody looks at it afterwards. */

/** What a command of these asks for. */
export type Capability = "capture" | "reveal";

const TARGET_OPTIONS = {
  service: {
    value: "NAME",
    meaning: "Services, * for any letters. Needed but for --extends.",
    multiple: true,
  },
  environment: {
    value: "NAME",
    meaning: "Environments, * for any letters. Needed but for --extends.",
    multiple: true,
  },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

const WHY_OPTIONS = {
  reason: { value: "TEXT", meaning: "Why. Who decides on it reads it.", required: true },
  ticket: { value: "ID", meaning: "Where it is written down." },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

const CAPTURE_OPTIONS = { ...SELECTOR_OPTIONS, level: LEVEL_OPTION, ...LIMIT_OPTIONS };

const REVEAL_OPTIONS = {
  class: {
    value: "CLASS",
    meaning: "Sensitivity classes, or detectors' ids, sealed in the values.",
    multiple: true,
  },
  values: { value: "N", meaning: "How many values are opened at most." },
  trace: { value: "ID", meaning: "Only values of this trace, 32 hexadecimal digits.", multiple: true },
  "sealed-since": { value: "TIME", meaning: "Only values sealed so long ago at most: 1h." },
  "sealed-from": { value: "TIME", meaning: "Only values sealed from then on: 2027-01-15T08:00:00Z." },
  "sealed-until": { value: "TIME", meaning: "Only values sealed before then; now, unless told." },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

const REQUEST_OPTIONS = {
  for: { value: "TIME", meaning: "How long it is wanted: 15m. Rules may make it shorter.", required: true },
  ...WHY_OPTIONS,
  "starts-at": { value: "TIME", meaning: "When it begins: 2027-01-15T08:00:00Z. Without it when approved." },
  extends: { value: "GRANT", meaning: "A grant of yours that is prolonged, with its scope." },
  wait: { meaning: "Waits until it is decided." },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

const WAIT_DETAILS =
  "With --wait, exit codes are: 0 approved, 1 denied, timed out or cancelled, 130 stopped waiting (Ctrl-C): the request stays.";

export const accessRequestCaptureCommand: CommandDefinition = {
  name: "access request capture",
  summary: "Asks for verbose records of some traces.",
  details: [...CAPTURE_DETAILS, WAIT_DETAILS].join("\n"),
  options: { ...TARGET_OPTIONS, ...CAPTURE_OPTIONS, ...REQUEST_OPTIONS, ...CLIENT_OPTIONS },
  examples: [
    "scrim access request capture --service checkout --environment production --where \"url.path == '/pay'\" --traces 5 --for 15m --reason 'payments fail' --wait",
    "scrim access request capture --extends 00112233aabbccdd --for 15m --reason 'still looking'",
  ],
  load: async () => ({ run: (await import("../run/access-request.ts")).requestCapture }),
};

export const accessRequestRevealCommand: CommandDefinition = {
  name: "access request reveal",
  summary: "Asks to open sealed values, one by one.",
  details: `What is sealed in a value decides, not what stands around it: its service, class, trace and time.\n${WAIT_DETAILS}`,
  options: { ...TARGET_OPTIONS, ...REVEAL_OPTIONS, ...REQUEST_OPTIONS, ...CLIENT_OPTIONS },
  examples: [
    "scrim access request reveal --service checkout --environment production --class user.email --values 10 --sealed-since 1h --for 15m --reason 'who could not pay'",
  ],
  load: async () => ({ run: (await import("../run/access-request.ts")).requestReveal }),
};

const BREAK_GLASS_OPTIONS = {
  for: { value: "TIME", meaning: "How long it is wanted, 15m at most.", default: "15m" },
  ...WHY_OPTIONS,
} as const satisfies Readonly<Record<string, OptionDefinition>>;

const BREAK_GLASS_DETAILS =
  "For an emergency: nobody is asked. The owners of the services are told, and somebody else has to review it; until then you can't take more.";

export const accessBreakGlassCaptureCommand: CommandDefinition = {
  name: "access break-glass capture",
  summary: "Takes verbose records of some traces at once; somebody reviews it afterwards.",
  details: [BREAK_GLASS_DETAILS, ...CAPTURE_DETAILS].join("\n"),
  options: { ...TARGET_OPTIONS, ...CAPTURE_OPTIONS, ...BREAK_GLASS_OPTIONS, ...CLIENT_OPTIONS },
  examples: [
    "scrim access break-glass capture --service checkout --environment production --where \"url.path == '/pay'\" --traces 5 --reason 'nobody can pay'",
  ],
  load: async () => ({ run: (await import("../run/access-request.ts")).breakGlassCapture }),
};

export const accessBreakGlassRevealCommand: CommandDefinition = {
  name: "access break-glass reveal",
  summary: "Opens sealed values at once, where rules allow that; somebody reviews it afterwards.",
  details: BREAK_GLASS_DETAILS,
  options: { ...TARGET_OPTIONS, ...REVEAL_OPTIONS, ...BREAK_GLASS_OPTIONS, ...CLIENT_OPTIONS },
  examples: [
    "scrim access break-glass reveal --service checkout --environment production --class user.email --values 1 --sealed-since 1h --reason 'fraud under way'",
  ],
  load: async () => ({ run: (await import("../run/access-request.ts")).breakGlassReveal }),
};
