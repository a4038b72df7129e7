import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ROOT } from "../packages/workspace.ts";

/** One long-lived `scrim` process that answers each line with a line. */
export interface ScrimLines {
  /** The answers to these lines, in their order. */
  ask(lines: readonly string[]): Promise<readonly string[]>;
  /** Ends its input; the exit code. */
  close(): Promise<number | null>;
}

export function startScrimLines(args: readonly string[]): ScrimLines {
  const main = join(ROOT, "packages/cli/src/main.ts");
  const child = spawn(process.execPath, [main, ...args], { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
  const exit = once(child, "close");
  const answers = linesOf(child.stdout);
  return {
    async ask(lines) {
      const answered: string[] = [];
      const sent = send(lines);
      while (answered.length < lines.length) {
        const { value, done } = await answers.next();
        if (done) throw new Error(`scrim ended after ${answered.length} of ${lines.length} lines`);
        answered.push(value);
      }
      await sent;
      return answered;
    },
    async close() {
      child.stdin.end();
      const [code] = await exit;
      return code as number | null;
    },
  };

  async function send(lines: readonly string[]): Promise<void> {
    for (const line of lines) if (!child.stdin.write(`${line}\n`)) await once(child.stdin, "drain");
  }
}

/** Lines as JSON has them: between newlines alone, which `node:readline` sees in U+2028 as well. */
async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  stream.setEncoding("utf8");
  let rest = "";
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
