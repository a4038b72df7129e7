import { Witness } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { formatEndpoint, isLoopback, parseEndpoint } from "@scrim/gateway";
import { readPrivateKeyFile, readPublicKeyFile } from "../audit/key-option.ts";
import { startWitnessServer } from "../audit/witness-server.ts";
import { type CommandDefinition, optionList, optionText } from "../command.ts";
import { stopSignal } from "../stop-signal.ts";

const DEFAULT_LISTEN = "127.0.0.1:4330";

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
  async run(input, { stderr }) {
    const say = (line: string) => stderr.write(`audit witness: ${line}\n`);
    const signer = readPrivateKeyFile("witness", optionText(input, "key") ?? "");
    const logs = optionList(input, "log").map((path) => readPublicKeyFile("log", path));
    const endpoint = parseEndpoint(optionText(input, "listen") ?? DEFAULT_LISTEN);
    if (endpoint === undefined) {
      throw new OperatingError("INPUT_INVALID", "expected host:port", {
        path: "--listen",
        hint: 'write it like "127.0.0.1:4330" or "[::1]:4330"',
      });
    }
    const stateFile = optionText(input, "state") ?? "witness.state";
    const witness = await Witness.open({ signer, logs, stateFile, create: input.options.new === true });
    try {
      const told = (problem: unknown) =>
        say(
          `error: ${problem instanceof OperatingError ? problem.line : ((problem as Error)?.name ?? "unknown")}`,
        );
      const server = await startWitnessServer(witness, endpoint, told);
      const stopped = stopSignal(); // from now on: who reads "ready" may stop it at once
      if (!isLoopback(endpoint.host)) say("warning: it is open to other machines, without encryption");
      say(`${signer.name}, key ${signer.keyId}, on http://${formatEndpoint(server.endpoint)}`);
      say("ready; Ctrl-C stops");
      await stopped;
      say("stopping");
      await server.shutdown();
    } finally {
      await witness.close();
    }
    return 0;
  },
};
