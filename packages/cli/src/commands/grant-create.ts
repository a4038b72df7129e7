import type { CommandDefinition } from "../command.ts";
import { STORE_OPTION } from "../shared-options.ts";
import { CAPTURE_DETAILS, LEVEL_OPTION, LIMIT_OPTIONS, SELECTOR_OPTIONS } from "./capture-options.ts";

export const grantCreateCommand: CommandDefinition = {
  name: "grant create",
  summary:
    "Grants that traces are captured in full: some by their ids, the next ones that a predicate is true of, or those with an error.",
  details: [
    ...CAPTURE_DETAILS,
    "--service and --environment name enrolled services, * for any letters: the grant is for those that match now, not for services enrolled later.",
    "What is captured is redacted like everything else.",
  ].join("\n"),
  options: {
    ...SELECTOR_OPTIONS,
    for: { value: "TIME", meaning: "How long it holds: 15m, 1h30m.", required: true },
    level: LEVEL_OPTION,
    service: { value: "NAME", meaning: "Services it is for.", multiple: true, required: true },
    environment: {
      value: "NAME",
      meaning: "Environments it is for. Needed where the services are in more than one.",
      multiple: true,
    },
    reason: { value: "TEXT", meaning: "Why. It is kept, and listed.", required: true },
    ...LIMIT_OPTIONS,
    store: STORE_OPTION,
  },
  examples: [
    "scrim grant create --trace 0af7651916cd43dd8448eb211c80319c --for 15m --service checkout --reason 'ticket 4711'",
    "scrim grant create --where \"http.request.method == 'POST' && url.path == '/pay'\" --traces 5 --for 15m --service 'checkout*' --reason 'ticket 4711'",
    "scrim grant create --on-error --traces-per-min 5 --lookback 30s --for 8h --service 'checkout*' --reason 'on call'",
  ],
  load: () => import("../run/grant-create.ts"),
};
