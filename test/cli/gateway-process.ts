import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../packages/workspace.ts";

/** A gateway as users run it: a process of its own. */
export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Addresses by what its lines call them: `receivers.otlp`, `extensions.health_check`; and `metrics`. */
  readonly addresses: ReadonlyMap<string, string>;
  /** What it has said so far. */
  said(): string;
  /** Resolves once it has said this. */
  says(text: string): Promise<void>;
  /** Puts another text in the place of its configuration. */
  configure(config: string): void;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface GatewayProcessOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** What runs, with its arguments before those of the gateway; Node and the command unless given. */
  readonly command?: readonly [string, ...string[]];
}

export async function startGatewayProcess(
  config: string,
  {
    env = {},
    command = [process.execPath, join(ROOT, "packages/cli/src/main.ts")],
  }: GatewayProcessOptions = {},
): Promise<GatewayProcess> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-gateway-"));
  const file = join(folder, "gateway.yaml");
  writeFileSync(file, config);
  const [program, ...args] = command;
  const child = spawn(program, [...args, "gateway", "-c", file], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  const waiting: { text: string; resolve: () => void }[] = [];
  child.stderr!.on("data", (chunk: Buffer) => {
    said += chunk;
    for (const { text, resolve } of waiting) if (said.includes(text)) resolve();
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on("exit", (code, signal) => resolve({ code, signal })),
  );
  const says = (text: string) =>
    said.includes(text)
      ? Promise.resolve()
      : Promise.race([
          new Promise<void>((resolve) => waiting.push({ text, resolve })),
          ended.then(({ code }) => {
            throw new Error(`it ended with ${code} before it said "${text}": ${said}`);
          }),
        ]);
  await says("ready;");
  const addresses = new Map(
    [...said.matchAll(/gateway: (\S+) (?:listens )?on \w+:\/\/([^\s/]+)/g)].map(([, what, where]) => [
      what!,
      where!,
    ]),
  );
  return {
    child,
    folder,
    addresses,
    said: () => said,
    says,
    configure: (text) => writeFileSync(file, text),
    ended,
  };
}
