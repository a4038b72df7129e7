import type { CommandDefinition } from "../command.ts";
import { STORE_OPTION } from "../shared-options.ts";

export const DEFAULT_LISTEN = "127.0.0.1:4320";

export const grantServeCommand: CommandDefinition = {
  name: "grant serve",
  summary: "Runs a small server of grants, for development, until it is told to stop (SIGINT, SIGTERM).",
  details: [
    "Services get their bundles from it, and lease the traces of predicates: docs/grant-server.md has its interface.",
    "It follows the store: grants that are created and revoked meanwhile reach services within a second.",
    "The token file has one token a line, all of which hold. Without one it listens on this machine alone.",
  ].join("\n"),
  options: {
    key: { value: "FILE", meaning: "The signing key, of scrim grant keygen signing.", required: true },
    listen: {
      value: "HOST:PORT",
      meaning: "Where to listen; port 0 takes a free one.",
      default: DEFAULT_LISTEN,
    },
    "token-file": { value: "FILE", meaning: "Tokens that services send: Authorization: Bearer …" },
    store: STORE_OPTION,
  },
  examples: [
    "scrim grant serve --key signing.key",
    "scrim grant serve --key signing.key --listen 0.0.0.0:4320 --token-file tokens",
  ],
  load: () => import("../run/grant-serve.ts"),
};
