/**
 * `pnpm test:soak`: keeps a gateway under load for long, and says whether it stood that. `--minutes` is how long the steady load takes, and the
 * others a sixth of it; `--steady`, `--overload`, `--idle N` and `--reload 10s` choose among them. `--write` puts the table into test/soak/README.md.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { duration } from "@scrim/pipeline";
import { measureDeployed } from "../../bench/gateway/measure-deployed.ts";
import { runSoak } from "./run-soak.ts";
import { type SoakKind, soakPlan } from "./soak-kind.ts";
import { soakTable } from "./soak-table.ts";
import { problemsOf } from "./verdict.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    steady: { type: "boolean", default: false },
    overload: { type: "boolean", default: false },
    idle: { type: "string" },
    reload: { type: "string" },
    write: { type: "boolean", default: false },
  },
});

const chosen: Readonly<Record<SoakKind, boolean>> = {
  steady: values.steady,
  overload: values.overload,
  idle: values.idle !== undefined,
  reload: values.reload !== undefined,
};
const kinds = Object.keys(chosen) as SoakKind[];
const wanted = kinds.some((kind) => chosen[kind]) ? kinds.filter((kind) => chosen[kind]) : kinds;
const options = {
  minutes: Number(values.minutes),
  idle: Number(values.idle ?? 10_000),
  reload_ms: duration({ min: "100ms", max: "1h" }).parse(values.reload ?? "10s"),
};

await measureDeployed();
const results = [];
for (const kind of wanted) {
  const result = await runSoak(soakPlan(kind, options));
  results.push(result);
  for (const problem of problemsOf(result)) console.log(`${kind}: FAILED ${problem}`);
}
const machine = `Node ${process.version}, ${cpus()[0]?.model.trim()}, ${cpus().length} shared cores.`;
const report = `Measured with \`./bin/pnpm test:soak --minutes ${options.minutes} --write\` on ${machine}\n\n${soakTable(results)}`;
console.log(report);
process.exitCode = results.some((result) => problemsOf(result).length > 0) ? 1 : 0;

const [BEGIN, END] = ["<!-- results -->\n", "<!-- end -->"];
if (values.write) {
  const file = join(import.meta.dirname, "README.md");
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  writeFileSync(file, `${text.slice(0, from)}\n${report}\n\n${text.slice(to)}`);
}
