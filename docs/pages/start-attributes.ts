import {
  INSTRUMENTATIONS,
  type Instrumentation,
  type StartAttribute,
  type StartControl,
} from "@scrim/grants";
import { code, GENERATED, table } from "./markdown.ts";

const CONTROL: Readonly<Record<StartControl, string>> = {
  caller: "**the caller**",
  connection: "the connection",
  application: "the application",
};

export function startAttributesPage(): string {
  return `${[
    GENERATED,
    "# What spans begin with",
    "The predicate of a grant (`scrim grant create --where`) is asked when a process begins its first span of a trace, a *local root*. It sees the attributes that the span begins with, and nothing that is set later: not the route, not the status, not who signed in.",
    "- What is known later, the application can match: `approve(context, attributes)`, after routing and authentication.\n- What **the caller** writes, whoever sends requests can make true, and so use up the traces of a grant. It can't get more than the grant allows.\n- Hooks of the application (`startIncomingSpanHook`, `startSpanHook`) add what they like to the start; `scrim grant create` can't know of those.",
    ...INSTRUMENTATIONS.flatMap(section),
  ].join("\n\n")}\n`;
}

function section({ name, versions, roots, starts, later }: Instrumentation): string[] {
  return [
    `## ${name}`,
    `${roots} Read in ${versions}.`,
    ...(starts.length === 0
      ? []
      : [table(["attribute", "written by", "only where", "to know"], starts.map(row))]),
    `Set later: ${later.map(code).join(", ")}.`,
  ];
}

function row({ key, control, only, note }: StartAttribute): string[] {
  return [code(key), CONTROL[control], only ?? "", note ?? ""];
}
