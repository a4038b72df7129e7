import { relative } from "node:path";
import { parseArgs } from "node:util";
import { addToCorpus, readCorpus, readInput, writeFinding } from "./corpus.ts";
import { addRun } from "./ledger.ts";
import { variantsOf } from "./parser.ts";
import { PARSERS } from "./parsers.ts";
import { watchedFuzz } from "./watched-fuzz.ts";

/** `pnpm test:fuzz [parser…] [--executions N] [--seed S] [--write]`, or `pnpm test:fuzz PARSER --replay FILE`. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    executions: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    write: { type: "boolean", default: false },
    replay: { type: "string" },
  },
});
const unknown = positionals.find((name) => !PARSERS.some((parser) => parser.name === name));
if (unknown !== undefined) {
  console.error(`fuzz: error: no parser is called ${unknown}`);
  console.error(`fuzz: hint: there are ${PARSERS.map(({ name }) => name).join(", ")}`);
  process.exit(1);
}
const parsers = PARSERS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

if (values.replay === undefined) await fuzzAll();
else {
  const [{ open }] = parsers as [(typeof parsers)[0]];
  console.log(await (await open()).run(readInput(values.replay)));
  process.exit();
}

async function fuzzAll(): Promise<void> {
  const seed = Number(values.seed);
  for (const parser of parsers) {
    const { name } = parser;
    const corpus = readCorpus(name);
    const started = performance.now();
    const job = { parser: name, executions: Number(values.executions), seed, corpus };
    const { executions, findings, kept } = await watchedFuzz(job, { variants: variantsOf(parser) });
    const seconds = (performance.now() - started) / 1_000;
    console.log(
      `${name}: ${executions} executions with seed ${seed}, ${Math.round(executions / seconds)} a second; ${kept.length} inputs showed something new; ${findings.length} findings`,
    );
    for (const { kind, what, input } of findings) {
      const file = relative(process.cwd(), writeFinding(name, input));
      console.log(`  ${kind}: ${what}\n    ./bin/pnpm test:fuzz ${name} --replay ${file}`);
    }
    if (findings.length > 0) process.exitCode = 1;
    if (!values.write) continue;
    addToCorpus(name, kept);
    addRun(PARSERS, { parser: name, executions, seed, findings: findings.length });
  }
}
