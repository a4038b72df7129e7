import { createToken } from "@scrim/access/client";
import { OperatingError } from "@scrim/errors";
import { sayFor } from "../access/say.ts";
import { appendPrivateLine } from "../access/token-file.ts";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { secondsOf } from "../grants/capture-scope.ts";
import { nowSeconds } from "../grants/time-text.ts";

const LIFE_MAX = "87600h";
const DAY_S = 86_400;

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const name = input.operands[0]!;
  const life = optionText(input, "expires");
  const { token, line } = createToken(name, life === undefined ? undefined : nowSeconds() + lifeOf(life));
  const file = optionText(input, "tokens") ?? "";
  appendPrivateLine(file, line);
  streams.stdout.write(`${token}\n`);
  const say = sayFor("access token", streams);
  say.hint(`it is shown this once; whose it is says the directory: token:${name}`);
  if ((streams.stdout as NodeJS.WriteStream).isTTY)
    say.hint(`next time: (umask 077; scrim access token ${name} --tokens ${file} > ${name}.token)`);
  return 0;
}

/** Seconds; days are told as well. */
function lifeOf(text: string): number {
  const days = /^([1-9]\d{0,3})d$/.exec(text)?.[1];
  const seconds =
    days === undefined ? Math.floor(secondsOf("expires", text, LIFE_MAX)) : Number(days) * DAY_S;
  if (seconds >= 1) return seconds;
  throw new OperatingError("INPUT_INVALID", "a second at least", {
    path: "--expires",
    hint: "write it like 30d or 12h",
  });
}
