import { OperatingError } from "@scrim/errors";
import { explain, type Plan } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import { decodeRequest, jsonToProto } from "@scrim/wire";
import { type CommandInput, type CommandStreams, optionList, optionText } from "../command.ts";
import { allBytes, LINE_BYTES_MAX, write } from "../lines.ts";
import {
  explainedJson,
  explanationRows,
  insideRows,
  type PageRow,
  pageText,
  pathRows,
} from "./explained-page.ts";
import { type ExplainedPath, ExplainedPaths } from "./explained-paths.ts";

/** Explains what happens to the attribute `key`, and to a value of it where one is given. */
export async function explainAttribute(
  plan: Plan,
  key: string,
  input: CommandInput,
  { stdin, stdout }: CommandStreams,
): Promise<void> {
  const resource = Object.fromEntries(optionList(input, "resource").map(pair));
  const explanation = explain(plan, { key, resource });
  let value = optionText(input, "value");
  if (value === "-") value = (await allBytes(stdin, LINE_BYTES_MAX)).toString();
  const trial = value === undefined ? undefined : tryValue(plan, key, value, resource);
  if (input.options.json === true) {
    const inside = trial && {
      becomes: trial.becomes ?? null,
      inside: trial.paths.map((path) => explainedJson(plan, path)),
    };
    await write(stdout, `${JSON.stringify({ ...explanation, ...inside })}\n`);
    return;
  }
  const becomes: PageRow[] = trial === undefined ? [] : [["becomes", trial.becomes ?? "(removed)"]];
  const [whole, ...parts] = trial?.paths ?? [];
  const blocks = [
    [
      ["key", key] as const,
      ...explanationRows(explanation),
      ...(whole ? insideRows(plan, whole) : []),
      ...becomes,
    ],
    ...parts.map((path) => pathRows(plan, path).slice(1)),
  ];
  await write(stdout, blocks.map(pageText).join("\n"));
}

function pair(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new OperatingError("INPUT_INVALID", "expected KEY=VALUE", { path: "--resource" });
  return [text.slice(0, equals), text.slice(equals + 1)];
}

interface Trial {
  /** What is left of the value; undefined where the attribute is removed. */
  readonly becomes: string | undefined;
  /** The attribute itself, then the keys in its text. */
  readonly paths: readonly ExplainedPath[];
}

/** Redacts a value as an attribute of a log record, so that the resource counts as it would there. */
function tryValue(plan: Plan, key: string, value: string, resource: Readonly<Record<string, string>>): Trial {
  const trace = new ExplainedPaths();
  const attributes = (of: Readonly<Record<string, string>>) =>
    Object.entries(of).map(([name, stringValue]) => ({ key: name, value: { stringValue } }));
  const request = {
    resourceLogs: [
      {
        resource: { attributes: attributes(resource) },
        scopeLogs: [{ logRecords: [{ attributes: attributes({ [key]: value }) }] }],
      },
    ],
  };
  const bytes = jsonToProto("logs", Buffer.from(JSON.stringify(request)));
  const redacted = decodeRequest("logs", createRedactor(plan, { trace }).redact("logs", bytes).bytes);
  return {
    becomes: (redacted as typeof request).resourceLogs[0]?.scopeLogs[0]?.logRecords[0]?.attributes?.[0]?.value
      .stringValue,
    paths: trace.rows.filter(({ field }) => field === "LogRecord.attributes"),
  };
}
