import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { startRevealService } from "@scrim/access";
import { OperatingError } from "@scrim/errors";
import { formatEndpoint } from "@scrim/gateway";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { codeOf } from "../grants/private-file.ts";
import { seldom } from "../seldom.ts";
import { stopSignal } from "../stop-signal.ts";

export async function run(input: CommandInput, { stderr }: CommandStreams): Promise<number> {
  const say = (line: string) => stderr.write(`reveal serve: ${line}\n`);
  const file = optionText(input, "config") ?? "";
  const service = await startRevealService({
    config: readConfig(file),
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

function readConfig(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new OperatingError("CONFIG_UNREADABLE", `can't be read (${codeOf(cause)})`, { path: file, cause });
  }
}
