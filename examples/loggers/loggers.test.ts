import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SECRETS } from "./orders.ts";

const ROOT = join(import.meta.dirname, "../..");
const README = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
const OWN_OUTPUT = "3>&1 >/dev/null 2>&1";

interface Session {
  readonly program: string;
  readonly command: string;
  readonly output: string;
}

/** Each command of the README, and what it prints. */
const SESSIONS: readonly Session[] = [
  ...README.matchAll(/^```sh\n([\s\S]*?)^```\n\n^```\n([\s\S]*?)^```/gm),
].map(([, command, output]) => ({
  program: /(\w+)\.ts 3>/.exec(command!)![1]!,
  command: command!,
  output: output!,
}));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-loggers-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command as the README has it, with the Node that `./bin/pnpm exec` chooses; what the logger prints itself is kept. */
function run(command: string): { left: string; own: string } {
  expect(command).toContain(OWN_OUTPUT);
  const own = join(folder, "own.txt");
  const line = command.replace("./bin/pnpm exec ", "").replace(OWN_OUTPUT, `3>&1 >'${own}' 2>&1`);
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  const left = execFileSync("sh", ["-c", line], { cwd: ROOT, env, timeout: 30_000 }).toString();
  return { left, own: readFileSync(own, "utf8") };
}

/** What only the loggers' own output may hold. JSON of an error has no message, so not every logger prints that one. */
const printed = SECRETS.filter((secret) => secret !== "s3cret");

/** Programs that log at two levels, of which the loggers print one. */
const PRINTED_TIMES: Readonly<Record<string, number>> = { levels: 1, approved: 2 };

test.each(SESSIONS.filter(({ program }) => PRINTED_TIMES[program] === undefined))(
  "$program: what leaves is what the README shows, without the secrets that the logger prints itself",
  ({ command, output }) => {
    const { left, own } = run(command);
    expect(left).toBe(output);
    expect(SECRETS.filter((secret) => left.includes(secret))).toEqual([]);
    expect(printed.filter((secret) => own.includes(secret))).toEqual(printed);
  },
);

test.each(SESSIONS.filter(({ program }) => PRINTED_TIMES[program] !== undefined))(
  "what leaves is what the README shows, and loggers keep their own output at info: $command",
  ({ program, command, output }) => {
    const { left, own } = run(command);
    const times = PRINTED_TIMES[program]!;
    expect(left).toBe(output);
    expect(own.match(/\w+ asks/g), "the console has no levels").toEqual(Array(times).fill("console asks"));
    for (const logger of ["pino", "winston", "bunyan", "console"]) {
      expect(own.match(new RegExp(`${logger} is done`, "g"))?.length).toBe(times);
    }
  },
);

test("each logger has its session", () => {
  const programs = ["pino", "winston", "bunyan", "console", "approved", "levels", "levels"];
  expect(SESSIONS.map(({ program }) => program)).toEqual(programs);
});
