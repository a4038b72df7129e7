import { Witness } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { formatEndpoint, isLoopback, parseEndpoint } from "@scrim/gateway";
import { readPrivateKeyFile, readPublicKeyFile } from "../audit/key-option.ts";
import { startWitnessServer } from "../audit/witness-server.ts";
import { type CommandInput, type CommandStreams, optionList, optionText } from "../command.ts";
import { DEFAULT_LISTEN } from "../commands/audit-witness.ts";
import { stopSignal } from "../stop-signal.ts";

export async function run(input: CommandInput, { stderr }: CommandStreams): Promise<number> {
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
}
