import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const RUNS = Number(process.env.SCRIM_FUZZ_RUNS ?? 8);

const SAMPLES = new URL("./redacted-samples.ts", import.meta.url).href;

/** Two processes compile every policy, and share the cores with other tests. */
const TIMEOUT_MS = 300_000;

/** What a process of its own, with this engine, makes of random requests and texts. */
async function answersOf(engine: string, seed: number): Promise<{ engine: string; samples: string[] }> {
  const program = `
    import { expressionEngine } from "@scrim/redact";
    import { redactedSamples } from ${JSON.stringify(SAMPLES)};
    const samples = redactedSamples(${seed}, ${RUNS});
    process.stdout.write(JSON.stringify({ engine: expressionEngine(), samples }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: new URL("..", import.meta.url),
    env: { ...process.env, SCRIM_EXPRESSIONS: engine },
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout);
}

test(
  "any requests and texts: redacted by either engine they are the same, byte for byte",
  async () => {
    const seed = Date.now() % 2 ** 31;
    const [native, portable] = await Promise.all([answersOf("re2", seed), answersOf("re2js", seed)]);
    expect([native.engine, portable.engine]).toEqual(["re2", "re2js"]);
    expect(native.samples.length).toBeGreaterThan(RUNS);
    expect(native.samples.some((sample) => sample.includes("[REDACTED:"))).toBe(true);
    for (const [i, sample] of native.samples.entries())
      expect(portable.samples[i], `seed ${seed}, sample ${i}`).toBe(sample);
    expect(portable.samples.length).toBe(native.samples.length);
  },
  TIMEOUT_MS,
);
