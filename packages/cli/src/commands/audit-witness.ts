import type { CommandDefinition } from "../command.ts";

export const DEFAULT_LISTEN = "127.0.0.1:4330";

export const auditWitnessCommand: CommandDefinition = {
  name: "audit witness",
  summary: "Runs a small witness of audit logs until it is told to stop (SIGINT, SIGTERM).",
  details: [
    "It remembers the last checkpoint of each log, and cosigns one that continues it (c2sp.org/tlog-witness).",
    "A witness is worth something where the log's owner can't reach its key and its state: on another machine, run by others.",
    "Requests need no token: what counts is the log's signature. Put a proxy with TLS before it.",
  ].join("\n"),
  options: {
    key: { value: "FILE", meaning: "The witness's key, of scrim audit keygen witness.", required: true },
    log: { value: "FILE", meaning: "The public key of a log it watches.", multiple: true, required: true },
    state: { value: "FILE", meaning: "Where it keeps what it has cosigned.", default: "witness.state" },
    new: { meaning: "Begins without a state, where there is none." },
    listen: {
      value: "HOST:PORT",
      meaning: "Where to listen; port 0 takes a free one.",
      default: DEFAULT_LISTEN,
    },
  },
  examples: [
    "scrim audit witness --key w1.key --log log.pub --state w1.state --new",
    "scrim audit witness --key w1.key --log shop.pub --log other.pub --state w1.state --listen 0.0.0.0:4330",
  ],
  load: () => import("../run/audit-witness.ts"),
};
