import {
  type Action,
  type Explanation,
  explainDecision,
  explainFinding,
  type FindingExplanation,
  type Plan,
} from "@scrim/policy";
import { counted } from "../counted.ts";
import type { ExplainedPath } from "./explained-paths.ts";

/** What a page says: names and texts, a line each. */
export type PageRow = readonly [name: string, text: string];

export function pageText(rows: readonly PageRow[]): string {
  return rows.map(([name, text]) => `${name.padEnd(14)} ${text}\n`).join("");
}

/** What was decided by a key, and why. */
export function explanationRows({ decision, origin, entry, via, change }: Explanation): PageRow[] {
  const rows: PageRow[] = [
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
  return [...rows, ["to change it", change]];
}

/** What was decided at a path, and what is in the texts there. */
export function pathRows(plan: Plan, path: ExplainedPath): PageRow[] {
  return [...placeRows(path), ...explanationRows(explainPath(path)), ...insideRows(plan, path)];
}

/** Where values stand, and how many. */
function placeRows({ field, keys, values }: ExplainedPath): PageRow[] {
  const rows: PageRow[] = [["in", `${fieldText(field)}, ${counted(values, "value")}`]];
  return keys.length === 0 ? rows : [...rows, ["key", keys.join(" > ")]];
}

function explainPath({ keys, decision }: ExplainedPath): Explanation {
  // The label in a key that held data said nothing.
  const key = (keys.at(-1) ?? "").replaceAll(/\[(?:REDACTED|WITHHELD):[a-z0-9_:]+\]/g, "");
  return explainDecision(key, decision);
}

/** What was found in the values of a path, whatever its key decided. */
export function insideRows(plan: Plan, path: ExplainedPath): PageRow[] {
  const rows: PageRow[] = [];
  for (const [part, times] of path.replaced) {
    rows.push(["replaced", `${part}, ${counted(times, "time")}: always, where the text is looked at`]);
    rows.push(["to change it", "add a rule that keeps the whole text"]);
  }
  for (const { detector, times, action, origin, change } of findingsOf(plan, path)) {
    rows.push(["finding", `${detector}, ${counted(times, "time")}: ${actionText(action)}, by ${origin}`]);
    rows.push(["to change it", change]);
  }
  return rows;
}

/** The same, for programs. */
export function explainedJson(plan: Plan, path: ExplainedPath): object {
  const { field, keys, values, replaced } = path;
  return {
    ...explainPath(path),
    field,
    keys,
    values,
    findings: findingsOf(plan, path),
    replaced: Object.fromEntries(replaced),
  };
}

function findingsOf(plan: Plan, { findings }: ExplainedPath): (FindingExplanation & { times: number })[] {
  return [...findings].flatMap(([detector, times]) => {
    const explanation = explainFinding(plan, detector);
    return explanation === undefined ? [] : { ...explanation, times };
  });
}

/** `LogRecord.attributes` as people say it: `log record attribute`. */
function fieldText(field: string): string {
  const words = field.replaceAll(/([a-z])([A-Z])/g, "$1 $2").replaceAll(/[._]/g, " ");
  return words.toLowerCase().replace(/attributes$/, "attribute");
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
