import { dirname } from "node:path";
import { startRevealService } from "@scrim/access";
import { formatEndpoint } from "@scrim/gateway";
import { readYamlFile } from "@scrim/pipeline";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { seldom } from "../seldom.ts";
import { stopSignal } from "../stop-signal.ts";

export async function run(input: CommandInput, { stderr }: CommandStreams): Promise<number> {
  const say = (line: string) => stderr.write(`reveal serve: ${line}\n`);
  const file = optionText(input, "config") ?? "";
  const service = await startRevealService({
    config: readYamlFile(file).value as object,
    baseDir: dirname(file),
    told: seldom((problem) => say(`error: ${problem}`)),
  });
  const stopped = stopSignal(); // from now on: who reads "ready" may stop it at once
  say(`on ${service.isTls ? "https" : "http"}://${formatEndpoint(service.endpoint)}`);
  say("ready; Ctrl-C stops");
  await stopped;
  say("stopping");
  await service.shutdown();
  return 0;
}
