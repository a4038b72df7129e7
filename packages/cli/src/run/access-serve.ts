import { dirname } from "node:path";
import { parseAccessConfig, startAccess } from "@scrim/access";
import { formatEndpoint } from "@scrim/gateway";
import { readYamlFile } from "@scrim/pipeline";
import { DEFAULT_URL, URL_VARIABLE } from "../access/client-options.ts";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { seldom } from "../seldom.ts";
import { stopSignal } from "../stop-signal.ts";

export async function run(input: CommandInput, { stderr }: CommandStreams): Promise<number> {
  const say = (line: string) => stderr.write(`access serve: ${line}\n`);
  const file = optionText(input, "config") ?? "";
  const access = await startAccess({
    config: parseAccessConfig(readConfig(file, optionText(input, "listen"))),
    baseDir: dirname(file),
    told: seldom((problem) => say(`error: ${problem}`)),
  });
  const stopped = stopSignal(); // from now on: who reads "ready" may stop it at once
  const url = `${access.isTls ? "https" : "http"}://${formatEndpoint(access.endpoint)}`;
  say(`on ${url}`);
  if (url !== DEFAULT_URL) say(`hint: who calls it: export ${URL_VARIABLE}=${url}`);
  say("ready; Ctrl-C stops");
  await stopped;
  say("stopping");
  await access.shutdown();
  return 0;
}

function readConfig(file: string, listen: string | undefined): string | object {
  const { text, value } = readYamlFile(file, {
    missingHint: "make one, and all it needs: scrim access init --help",
  });
  if (listen === undefined || !(value instanceof Object) || Array.isArray(value)) return text;
  return { ...value, listen };
}
