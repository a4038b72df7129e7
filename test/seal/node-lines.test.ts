import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, type TestContext, test } from "vitest";
import { NODE_LINES } from "../packages/node-lines.ts";
import { ROOT } from "../packages/workspace.ts";

const PROGRAM = join(import.meta.dirname, "on-this-node.ts");

/** A Node may have to be fetched. Where it can't be, that shows soon, rather than after npm's minutes. */
const FETCH_MS = 240_000;
const FETCHING = {
  npm_config_fetch_retries: "1",
  npm_config_fetch_retry_mintimeout: "1000",
  npm_config_fetch_timeout: "60000",
};

/** What a Node sealed, as its program prints it. */
type Sealed = Readonly<Record<"node", string>>;

/** Runs `node` on a line. */
async function run(version: string, args: readonly string[], input = "") {
  const child = spawn(
    join(ROOT, "bin/pnpm"),
    ["--config.verify-deps-before-run=false", "--silent", "exec", "node", ...args],
    { cwd: ROOT, env: { ...process.env, ...FETCHING, SCRIM_NODE_VERSION: version } },
  );
  child.stdin.on("error", () => undefined); // it may end without reading
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code, stdout, stderr };
}

/** Why a Node is not here and can't be fetched; undefined where it is. */
async function whyMissing(version: string): Promise<string | undefined> {
  const { code, stdout, stderr } = await run(version, ["--version"]);
  if (code !== 0) return /npm error (.*)/.exec(stderr)?.[1] ?? `code ${code}`;
  expect(stdout).toBe(`v${version}\n`);
  return undefined;
}

const missing = new Map<string, Promise<string | undefined>>();

async function needNode(version: string, { skip }: TestContext): Promise<void> {
  const found = missing.get(version) ?? whyMissing(version);
  missing.set(version, found);
  const reason = await found;
  if (reason === undefined) return;
  const message = `Node ${version} can't be fetched: ${reason}`;
  console.warn(message); // the reporter tells how many are skipped, and not why
  skip(message);
}

/** Holds HPKE to its vectors on a Node, and opens there what others sealed. */
async function sealOn(version: string, others: readonly Sealed[]) {
  const { code, stdout, stderr } = await run(version, [PROGRAM], JSON.stringify(others));
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as { readonly opened: readonly string[]; readonly sealed: Sealed };
}

const sealed: Sealed[] = [];

test.for(NODE_LINES)(
  "Node %s holds the vectors of RFC 9180, and seals",
  { timeout: FETCH_MS },
  async (version, context) => {
    await needNode(version, context);
    const answer = await sealOn(version, []);
    expect(answer.sealed.node).toBe(version);
    sealed.push(answer.sealed);
  },
);

test.for(NODE_LINES)("Node %s opens what each line sealed", async (version, context) => {
  await needNode(version, context);
  const lines = sealed.map(({ node }) => node);
  expect(lines).toContain(version);
  expect((await sealOn(version, sealed)).opened).toEqual(lines);
});
