import type { OptionDefinition } from "../command.ts";

/* Options of commands that ask the control plane. */

export const DEFAULT_URL = "http://127.0.0.1:4330";

/** Variables that hold what these options leave out. */
export const URL_VARIABLE = "SCRIM_ACCESS_URL";
export const TOKEN_FILE_VARIABLE = "SCRIM_ACCESS_TOKEN_FILE";

export const CLIENT_OPTIONS = {
  url: {
    value: "URL",
    meaning: `Where the control plane is. Unless given ${URL_VARIABLE}, then ${DEFAULT_URL}.`,
  },
  "token-file": {
    value: "FILE",
    meaning: `Your token, in a file of mode 0600. Unless given ${TOKEN_FILE_VARIABLE}.`,
  },
  ca: {
    value: "FILE",
    meaning: "Certificates, in PEM, of who may vouch for it, in place of the known ones.",
  },
  cert: { value: "FILE", meaning: "Your certificate, in PEM, where it knows you by one." },
  key: { value: "FILE", meaning: "The private key of --cert, of mode 0600." },
  "acting-for": { value: "PERSON", meaning: "Whom a machine acts for." },
  json: { meaning: "Prints what the control plane answers, one document a line." },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

/** The ones that say who asks, and whom: they go with every further command of the same person. */
export const CALLER_OPTIONS = ["url", "token-file", "ca", "cert", "key", "acting-for"] as const;
