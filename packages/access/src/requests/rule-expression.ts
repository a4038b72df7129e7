import { Environment } from "@marcbachmann/cel-js";
import { OperatingError } from "@scrim/errors";

/*
 * Expressions that administrators write, in CEL: which requests a rule is for, and whose decisions count. They are checked when they are
 * read: a field that there isn't is an error then, and not a rule that never holds.
 */

const LIMITS = {
  maxAstNodes: 300,
  maxDepth: 32,
  maxListElements: 100,
  maxMapEntries: 0,
  maxCallArguments: 8,
};

/** `matches` tries again and again, on texts that others may have written. */
const FORBIDDEN = new Set(["matches"]);

const FIELDS = {
  target: { service: "string", environment: "string" },
  request: {
    capability: "string",
    level: "string",
    classes: "list<string>",
    owners: "list<string>",
    traces: "int",
    values: "int",
    duration_s: "int",
  },
  requester: {
    kind: "string",
    roles: "list<string>",
    teams: "list<string>",
    on_call: "list<string>",
    is_acting: "bool",
  },
  reviewer: { roles: "list<string>", teams: "list<string>", on_call: "list<string>" },
} as const;

export type RuleVariable = keyof typeof FIELDS;
export type RuleContext = Readonly<Partial<Record<RuleVariable, Readonly<Record<string, unknown>>>>>;

export interface RuleExpression {
  /** The variables that it looks at: `request`, `requester`. */
  readonly variables: ReadonlySet<string>;
  /** Whether it holds; undefined where that can't be told: it asks for the first of a list that is empty, say. */
  answer(context: RuleContext): boolean | undefined;
  /** Whether it holds; not where it can't be told. */
  holds(context: RuleContext): boolean;
}

/**
 * Compiles an expression over some of the variables.
 *
 * @throws {OperatingError} `CONFIG_INVALID` where it is no CEL, names what there isn't, or is no yes or no
 */
export function compileRuleExpression(
  text: string,
  variables: readonly RuleVariable[],
  path: string,
): RuleExpression {
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS });
  for (const name of variables) environment.registerVariable(name, { schema: FIELDS[name] });
  let parsed: ReturnType<Environment["parse"]>;
  try {
    parsed = environment.parse(text);
  } catch {
    throw invalid("it is no CEL expression, or too large a one", variables, path);
  }
  const found = new Set<string>();
  collect(parsed.ast, found, variables, path);
  const checked = parsed.check();
  if (!checked.valid || checked.type !== "bool") {
    throw invalid("it names what there isn't, compares what can't be, or is no yes or no", variables, path);
  }
  const answer = (context: RuleContext): boolean | undefined => {
    try {
      return parsed({ ...context }) === true;
    } catch {
      return undefined;
    }
  };
  return { variables: found, answer, holds: (context) => answer(context) === true };
}

/** Finds variables, and calls that aren't allowed. */
function collect(node: unknown, found: Set<string>, variables: readonly RuleVariable[], path: string): void {
  if (Array.isArray(node)) {
    for (const each of node) collect(each, found, variables, path);
    return;
  }
  if (typeof node !== "object" || node === null || !("op" in node)) return;
  const { op, args } = node as { op: string; args: unknown };
  if (op === "id") found.add(args as string);
  const called = op === "call" || op === "rcall" ? (args as [string])[0] : "";
  if (FORBIDDEN.has(called)) throw invalid(`${called}() is not allowed`, variables, path);
  collect(args, found, variables, path);
}

function invalid(reason: string, variables: readonly RuleVariable[], path: string): OperatingError {
  const known = variables.map((name) => `${name}.{${Object.keys(FIELDS[name]).join(", ")}}`).join("; ");
  return new OperatingError("CONFIG_INVALID", `the expression can't be used: ${reason}`, {
    path,
    hint: `it is a yes or no over ${known}`,
  });
}
