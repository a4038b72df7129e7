import type { CommandDefinition, OptionDefinition } from "../command.ts";

const FOLDER = { usage: "[FOLDER]", min: 0, max: 1 };
const FOLDER_MEANS =
  "FOLDER is what service.spool.directory says: one spool, or one of each worker in it. Without it the place that a gateway takes by itself.";
const JSON_OPTION: OptionDefinition = { meaning: "Writes JSON." };

const spoolInspectCommand: CommandDefinition = {
  name: "spool inspect",
  summary: "Shows what waits in a gateway's spool, and for whom.",
  details: `${FOLDER_MEANS}\nNothing is changed, and the gateway may run: what it has settled within the last second may still be shown.`,
  operands: FOLDER,
  options: { json: JSON_OPTION },
  examples: ["scrim spool inspect", "scrim spool inspect /var/lib/scrim/spool --json"],
  load: () => import("../run/spool-inspect.ts"),
};

const spoolVerifyCommand: CommandDefinition = {
  name: "spool verify",
  summary: "Reads all of a spool, and says where it is damaged.",
  details: `${FOLDER_MEANS}\nNothing is changed, and the gateway may run. Exit codes: 0 all is intact, 1 something is damaged, 2 the command line is wrong.`,
  operands: FOLDER,
  options: { json: JSON_OPTION },
  examples: ["scrim spool verify /var/lib/scrim/spool"],
  load: () => import("../run/spool-verify.ts"),
};

const spoolReplayCommand: CommandDefinition = {
  name: "spool replay",
  summary: "Sends what lies in a spool somewhere, or puts dead letters back to be delivered.",
  details: [
    FOLDER_MEANS,
    "The gateway has to be stopped. What waits is sent, in its order, unless --dead-letters or --quarantine say otherwise. Only whole records go.",
    "It ends at the first batch that can't be sent. What was sent stays where it is, and comes again the next time, unless --remove is given and all of it went. Exit codes: 0 all of it went, 1 some can't be sent or was rejected, 2 the command line is wrong.",
  ].join("\n"),
  operands: FOLDER,
  options: {
    to: { value: "URL", meaning: "An OTLP/HTTP endpoint, such as http://127.0.0.1:4318." },
    back: { meaning: "Puts them into the spool again, for the exporters that they were for." },
    exporter: { value: "ID", meaning: "Only what is for this exporter." },
    "dead-letters": { value: "EXPORTER", meaning: "What this exporter's destination has refused." },
    quarantine: { meaning: "What is intact in segments that were set aside." },
    remove: { meaning: "Removes dead letters that all went, or takes what waited as settled." },
  },
  examples: [
    "scrim spool replay /var/lib/scrim/spool --to http://127.0.0.1:4318",
    "scrim spool replay /var/lib/scrim/spool --dead-letters otlp_http --back --remove",
  ],
  load: () => import("../run/spool-replay.ts"),
};

const spoolForgetCommand: CommandDefinition = {
  name: "spool forget",
  summary: "Drops what waits in a spool for an exporter that is no more.",
  details: `${FOLDER_MEANS}\nThe gateway has to be stopped; while it runs, service.spool.forget does the same at its next start.`,
  operands: FOLDER,
  options: {
    exporter: { value: "ID", meaning: "The exporter.", required: true },
  },
  examples: ["scrim spool forget /var/lib/scrim/spool --exporter otlp_http/old"],
  load: () => import("../run/spool-forget.ts"),
};

export const SPOOL_COMMANDS: readonly CommandDefinition[] = [
  spoolInspectCommand,
  spoolVerifyCommand,
  spoolReplayCommand,
  spoolForgetCommand,
];
