import { spawn } from "node:child_process";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { runProgram } from "scrim";
import { ROOT } from "../packages/workspace.ts";

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the scrim command as users do: a process of its own, from source. */
export async function scrim(
  args: readonly string[],
  input: string | Buffer = "",
  env: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const main = join(ROOT, "packages/cli/src/main.ts");
  const child = spawn(process.execPath, [main, ...args], { cwd: ROOT, env: { ...process.env, ...env } });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  child.stdin.on("error", () => undefined); // it may end without reading all
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout: Buffer.concat(output).toString(), stderr: Buffer.concat(errors).toString() };
}

/** Runs the scrim command within this process, for tables of many rows: a process of its own takes a second to start. */
export async function scrimHere(args: readonly string[], input: string | Buffer = ""): Promise<Run> {
  const collected = { stdout: "", stderr: "" };
  const collector = (name: "stdout" | "stderr") =>
    new Writable({
      write(chunk, _, done) {
        collected[name] += chunk;
        done();
      },
    });
  const code = await runProgram(args, {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: collector("stdout"),
    stderr: collector("stderr"),
  });
  return { code, ...collected };
}
