import { OperatingError } from "@scrim/errors";
import {
  type Action,
  compilePolicy,
  defaultPlan,
  type Explanation,
  explain,
  loadPolicy,
} from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import { type CommandDefinition, optionList, optionText } from "../command.ts";
import { allBytes, LINE_BYTES_MAX } from "../lines.ts";

export const policyExplainCommand: CommandDefinition = {
  name: "policy explain",
  summary: "Says what happens to an attribute, which rule decides, and what would change it.",
  details: "Without a file, the default policy. A value given with --value is shown only as what it becomes.",
  operands: { usage: "[FILE...]", min: 0, max: 16 },
  options: {
    key: { value: "KEY", meaning: "Attribute key or path.", short: "k", required: true },
    value: { value: "TEXT", meaning: "A value to try; - reads it from standard input." },
    resource: { value: "KEY=VALUE", meaning: "Resource attribute, for `where` clauses.", multiple: true },
    json: { meaning: "Writes JSON." },
  },
  examples: [
    "scrim policy explain --key customer.full_name",
    "echo -n 'jane@shop.example' | scrim policy explain policy.yaml --key note --value -",
  ],
  async run(input, { stdin, stdout }) {
    const loaded = loadPolicy(input.operands);
    const plan = input.operands.length === 0 ? defaultPlan() : compilePolicy(loaded.documents, loaded);
    const key = optionText(input, "key")!;
    let value = optionText(input, "value");
    if (value === "-") value = (await allBytes(stdin, LINE_BYTES_MAX)).toString();
    const explanation = explain(plan, {
      key,
      ...(value !== undefined && { value }),
      resource: Object.fromEntries(optionList(input, "resource").map(pair)),
    });
    const becomes =
      value === undefined
        ? undefined
        : createRedactor(plan).redactText(Buffer.from(value), key).bytes.toString();
    stdout.write(
      input.options.json === true
        ? `${JSON.stringify({ ...explanation, ...(becomes !== undefined && { becomes }) })}\n`
        : page(explanation, becomes),
    );
    return 0;
  },
};

function pair(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new OperatingError("INPUT_INVALID", "expected KEY=VALUE", { path: "--resource" });
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function page(
  { key, decision, origin, entry, via, findings, unscannedBytes, change }: Explanation,
  becomes: string | undefined,
): string {
  const rows: [string, string][] = [
    ["key", key],
    ["action", actionText(decision.action)],
    ["decided by", origin],
  ];
  if (entry !== undefined) {
    rows.push([
      "catalogue",
      `${entry.name}${entry.template ? ".<key>" : ""}: ${entry.class} (by ${via}): ${entry.reason}`,
    ]);
    if (entry.spec !== undefined) rows.push(["specification", entry.spec]);
    if (entry.deprecated !== undefined) rows.push(["deprecated", entry.deprecated]);
  }
  for (const { detector, start, end, action } of findings) {
    rows.push(["finding", `${detector} at bytes ${start} to ${end}: ${actionText(action)}`]);
  }
  if (unscannedBytes > 0) rows.push(["withheld", `${unscannedBytes} bytes past the work budget`]);
  if (becomes !== undefined) rows.push(["becomes", becomes]);
  rows.push(["to change it", change]);
  return rows.map(([name, text]) => `${name.padEnd(14)} ${text}\n`).join("");
}

/** An action as it would be written in a policy. */
function actionText(action: Action): string {
  switch (action.kind) {
    case "check":
      return "keep (unless a detector is certain)";
    case "mask": {
      const { style } = action;
      if (style.style === "all") return "mask";
      return "characters" in style ? `mask: { ${style.style}: ${style.characters} }` : `mask: ${style.style}`;
    }
    case "generalize":
      return `generalize: ${JSON.stringify(action.to)}`;
    case "truncate":
      return `truncate: ${action.bytes}`;
    default:
      return action.kind;
  }
}
