import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { accessExtension } from "@scrim/access";
import { OperatingError } from "@scrim/errors";
import { type Gateway, startGateway } from "@scrim/gateway";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { stopSignal } from "../stop-signal.ts";

export async function run(input: CommandInput, { stderr }: CommandStreams): Promise<number> {
  const file = optionText(input, "config");
  const gateway = await startGateway({
    components: [accessExtension],
    ...(file !== undefined && { config: readConfig(file), baseDir: dirname(file) }),
  });
  const stopped = stopSignal(); // from now on: who reads "ready" may stop it at once
  for (const line of describe(gateway)) stderr.write(`gateway: ${line}\n`);
  await stopped;
  stderr.write("gateway: stopping: delivering what is on its way\n");
  await gateway.shutdown();
  return 0;
}

/** Where it listens, a line each. */
function describe({ endpoints, metricsUrl }: Gateway): string[] {
  const lines = Object.entries(endpoints).flatMap(([component, addresses]) =>
    Object.entries(addresses).map(
      ([protocol, address]) => `${component} listens on ${protocol}://${address}`,
    ),
  );
  return [...lines, ...(metricsUrl === undefined ? [] : [`metrics on ${metricsUrl}`]), "ready; Ctrl-C stops"];
}

function readConfig(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OperatingError(
      "CONFIG_UNREADABLE",
      code === "ENOENT" ? "no such file" : `can't be read (${code})`,
      { path: file, cause },
    );
  }
}
