import type { CommandDefinition } from "../command.ts";

export const grantSignKeysCommand: CommandDefinition = {
  name: "grant sign-keys",
  summary: "Signs the set of keys that may sign bundles, with a root key that is kept offline.",
  details: [
    "A set has all keys: one that is left out is removed. Its version is higher than that of every set before.",
    "The file is no secret. Hand it to the control plane as keys.set_file; docs/access-keys.md says how keys are replaced without a gap.",
  ].join("\n"),
  options: {
    root: { value: "FILE", meaning: "The root's private key, of scrim grant keygen root.", required: true },
    signing: { value: "FILE", meaning: "A public key that may sign grants and reveals.", multiple: true },
    policy: { value: "FILE", meaning: "A public key that may sign redaction policies.", multiple: true },
    version: { value: "N", meaning: "1 for the first set, and more for each one after it.", required: true },
    for: {
      value: "DAYS",
      meaning: "How long it holds, 90d for instance, 400d at most. Behind its end nothing is trusted.",
      required: true,
    },
    out: {
      value: "FILE",
      meaning: "Where it is written. A file that is there stays as it is.",
      required: true,
    },
  },
  examples: [
    "scrim grant sign-keys --root root.key --signing signing.pub --version 1 --for 90d --out keys-1.set",
    "scrim grant sign-keys --root root.key --signing signing.pub --signing next.pub --version 2 --for 90d --out keys-2.set",
  ],
  load: () => import("../run/grant-sign-keys.ts"),
};
