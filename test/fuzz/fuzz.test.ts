import { describe, expect, test } from "vitest";
import { readCorpus } from "./corpus.ts";
import { INPUT_BYTES_MAX } from "./mutate/mutator.ts";
import { variantsOf } from "./parser.ts";
import { PARSERS } from "./parsers.ts";
import { PLANTED_FAULTS } from "./planted-faults.ts";
import { Random } from "./random.ts";
import { watchedFuzz } from "./watched-fuzz.ts";

const TIMEOUT_MS = 300_000;

describe("a short run of every parser", () => {
  test.each(PARSERS.map((parser) => [parser.name, parser] as const))(
    "%s",
    { timeout: TIMEOUT_MS },
    async (name, parser) => {
      const job = { parser: name, executions: parser.short, seed: 1, corpus: readCorpus(name) };
      const { findings, executions, kept } = await watchedFuzz(job, { variants: variantsOf(parser) });
      expect(findings.map(({ kind, what, input }) => [kind, what, input.bytes.toString("hex")])).toEqual([]);
      expect(executions).toBe(parser.short);
      expect(kept.length, "inputs that showed something new").toBeGreaterThan(parser.seeds.length / 2);
    },
  );
});

describe("a fault that was planted is found", () => {
  test.each(PLANTED_FAULTS.map((parser) => [parser.name, parser] as const))(
    "%s",
    { timeout: TIMEOUT_MS },
    async (name, parser) => {
      const job = { parser: name, executions: parser.short, seed: 1, corpus: [] };
      const { findings } = await watchedFuzz(job, {
        variants: variantsOf(parser),
        hangMs: name === "hang" ? 5_000 : TIMEOUT_MS,
      });
      expect(findings.map(({ kind }) => kind)).toContain(name === "uncaught" ? "crash" : name);
    },
  );

  test("and made small: of a text with one bad byte, the byte is left", { timeout: TIMEOUT_MS }, async () => {
    const job = { parser: "quote", executions: 20_000, seed: 1, corpus: [] };
    const { findings } = await watchedFuzz(job, { variants: ["text"] });
    expect(findings[0]?.input.bytes.toString("latin1")).toMatch(/^(?:zq7marker\xff|\xffzq7marker)$/);
  });
});

test.each(PARSERS)(
  "$name: mutators keep to their bound, and the same seed makes the same inputs",
  ({ mutators, seeds }) => {
    const inputs = (seed: number) => {
      const random = new Random(seed);
      let { bytes } = seeds[0]!;
      return Array.from({ length: 300 }, () => {
        const changed = random.pick(mutators)(bytes, random, random.pick(seeds).bytes);
        expect(changed.length).toBeLessThanOrEqual(INPUT_BYTES_MAX);
        bytes = random.oneIn(4) ? seeds[0]!.bytes : changed;
        return changed.toString("hex");
      });
    };
    expect(inputs(7)).toEqual(inputs(7));
    expect(inputs(7)).not.toEqual(inputs(8));
  },
);
