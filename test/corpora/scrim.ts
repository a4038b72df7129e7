import { spawn } from "node:child_process";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../packages/cli/src/main.ts");

/** Runs the scrim command once over `input`; returns what it wrote. */
export async function scrim(args: readonly string[], input: string): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`scrim ${args[0]} ended with ${code}`);
  return Buffer.concat(output).toString();
}
