import { DEFAULTS } from "./defaults.ts";
import type { PolicyDocument } from "./document.ts";
import { definePolicy } from "./parse.ts";

/** The policy where none is given: all defaults, spelled out. */
export const DEFAULT_POLICY: PolicyDocument = definePolicy(
  {
    version: 1,
    name: "default",
    unknown: DEFAULTS.unknown,
    body: DEFAULTS.body,
    classes: DEFAULTS.classes,
    detectors: {
      use: [...DEFAULTS.detectors.use],
      disable: [...DEFAULTS.detectors.disable],
      confidence: DEFAULTS.detectors.confidence,
    },
    limits: DEFAULTS.limits,
  },
  "default policy",
);
