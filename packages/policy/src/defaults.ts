import type { SensitivityClass } from "@scrim/detect";
import type { ActionSetting } from "./action-schema.ts";

/** Home networks share a /24 and sites a /48: enough to count regions, not enough to point at a caller. */
const COARSE_ADDRESS = { generalize: { ipv4_prefix: 24, ipv6_prefix: 48 } } as const;

const CLASSES: Readonly<Record<SensitivityClass, ActionSetting>> = {
  credential: "mask",
  direct_identifier: "mask",
  quasi_identifier: "scan",
  client_address: COARSE_ADDRESS,
  endpoint: "scan",
  location: "mask",
  payload: "mask",
  content: "scan",
  infrastructure: "scan",
  // Scanned as well: `/users/4111111111111111/profile` is a route to those who don't use templates.
  harmless: "scan",
};

/** All of them: what they find is either sure by itself or has a word near it that makes it so. */
const PACKS = ["pii", "finance", "secrets", "network", "health", "crypto", "national-ids"] as const;

/** Paths of home folders are everywhere in build and error logs, where the user is the service's own. */
const DISABLED = ["home_path"] as const;

/**
 * What the first layer has for keys that it leaves out: needs no keys, leaks nothing that is certain, and
 * leaves what engineers look at. Ports, server names and service maps survive; free text is scanned.
 */
export const DEFAULTS = {
  unknown: "scan",
  body: "scan",
  classes: CLASSES,
  detectors: { use: PACKS, disable: DISABLED, confidence: "possible" },
  tenant: "default",
  limits: {
    value_bytes_max: 262_144,
    record_bytes_max: 1_048_576,
    record_nodes_max: 16_384,
    candidates_max: 1000,
  },
} as const;
