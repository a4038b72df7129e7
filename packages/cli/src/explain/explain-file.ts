import type { Plan } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import type { Signal } from "@scrim/wire";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { counted } from "../counted.ts";
import { write } from "../lines.ts";
import { bytesOf, otlpRequests } from "../otlp-file.ts";
import { explainedJson, type PageRow, pageText, pathRows } from "./explained-page.ts";
import { ExplainedPaths } from "./explained-paths.ts";

/** Explains what happens to each key in a file of export requests. */
export async function explainFile(
  plan: Plan,
  file: string,
  input: CommandInput,
  { stdin, stdout }: CommandStreams,
): Promise<void> {
  const stream = file === "-" ? stdin : bytesOf(file);
  const trace = new ExplainedPaths();
  const redactor = createRedactor(plan, { trace });
  const withheld = new Map<string, number>();
  let requests = 0;
  for await (const { signal, bytes } of otlpRequests(stream, optionText(input, "signal") as Signal, plan)) {
    requests++;
    for (const [reason, times] of redactor.redact(signal, bytes).counts.withheld)
      withheld.set(reason, (withheld.get(reason) ?? 0) + times);
  }
  const paths = trace.rows;
  if (input.options.json === true) {
    const explained = paths.map((path) => explainedJson(plan, path));
    const rest = { requests, withheld: Object.fromEntries(withheld), untold: trace.untold };
    await write(stdout, `${JSON.stringify({ paths: explained, ...rest })}\n`);
    return;
  }
  for (const path of paths) await write(stdout, `${pageText(pathRows(plan, path))}\n`);
  const total: PageRow[] = [["in all", `${counted(requests, "request")}, ${counted(paths.length, "path")}`]];
  for (const [reason, times] of withheld) total.push(["withheld", `${reason}, ${counted(times, "time")}`]);
  if (trace.untold > 0) total.push(["not told", `${counted(trace.untold, "value")} at more paths than that`]);
  await write(stdout, pageText(total));
}
