/**
 * Writes `src/generated/attributes.ts`: every attribute that `@opentelemetry/semantic-conventions` names, with
 * what its documentation says about deprecation and sensitivity. Run `pnpm --filter @scrim/semconv generate`
 * after raising the package's version; the tests then name the attributes that still need a judgement.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as stable from "@opentelemetry/semantic-conventions";
import * as incubating from "@opentelemetry/semantic-conventions/incubating";

const PACKAGE = "@opentelemetry/semantic-conventions";
const OUTPUT = new URL("./src/generated/attributes.ts", import.meta.url);

/** Current constants first: a name that has one is documented best there. */
const DECLARATIONS = [
  "stable_attributes.d.mts",
  "experimental_attributes.d.mts",
  "trace/SemanticAttributes.d.mts",
  "resource/SemanticResourceAttributes.d.mts",
];
const CONSTANT =
  /\/\*\*(?<doc>(?:(?!\*\/)[\s\S])*)\*\/\ndeclare const (?<id>(?:ATTR|SEMATTRS|SEMRESATTRS)_\w+)\b/g;

interface Attribute {
  readonly name: string;
  readonly template: boolean;
  readonly deprecated: string | undefined;
  readonly warned: boolean;
}

/** The text of `src/generated/attributes.ts` for the installed version of the package. */
export async function renderAttributes(): Promise<string> {
  const { version, values, declarations } = await readPackage();
  const attributes = new Map<string, Attribute>();
  for (const { groups } of declarations.matchAll(CONSTANT)) {
    const attribute = describe(values.get(groups!.id!), readDoc(groups!.doc!), values);
    if (!attributes.has(attribute.name)) attributes.set(attribute.name, attribute);
  }
  return render(
    version,
    [...attributes.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

async function readPackage() {
  const entry = import.meta.resolve(PACKAGE);
  const read = (path: string) => readFile(new URL(path, entry), "utf8");
  const [manifest, ...declarations] = await Promise.all([read("../package.json"), ...DECLARATIONS.map(read)]);
  return {
    version: (JSON.parse(manifest) as { version: string }).version,
    values: new Map<string, unknown>(Object.entries({ ...stable, ...incubating })),
    declarations: declarations.join("\n"),
  };
}

/** @param value what the constant exports: the name, or for a template a function from the key to the name */
function describe(value: unknown, doc: string, values: ReadonlyMap<string, unknown>): Attribute {
  const template = typeof value === "function";
  const name: unknown = template ? value("").slice(0, -1) : value;
  if (typeof name !== "string") throw new TypeError(`a constant of ${PACKAGE} names no attribute`);
  return { name, template, deprecated: deprecation(doc, values), warned: /^> .*\bsensitive\b/m.test(doc) };
}

/** The lines of a doc comment without their stars. */
function readDoc(comment: string): string {
  return comment.replace(/^ *\* ?/gm, "").trim();
}

/** What the `@deprecated` tag says, as one line; the pointers of old constants to new ones become names. */
function deprecation(doc: string, values: ReadonlyMap<string, unknown>): string | undefined {
  const tag = /^@deprecated (?<text>(?:(?!^@|\n\n)[\s\S])*)/m.exec(doc)?.groups?.text;
  if (tag === undefined) return undefined;
  const replacement = values.get(/^Use (ATTR_\w+)/.exec(tag)?.[1] ?? "");
  if (typeof replacement === "string") return `Replaced by \`${replacement}\`.`;
  if (tag.startsWith("Use ATTR_")) return "Removed, no replacement.";
  return tag
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll("**", "")
    .replace(/\s+/g, " ")
    .trim();
}

function render(version: string, attributes: readonly Attribute[]): string {
  const rows = attributes.map(({ name, template, deprecated, warned }) => {
    const fields = [`name: ${JSON.stringify(name)}`];
    if (template) fields.push("template: true");
    if (warned) fields.push("warned: true");
    if (deprecated !== undefined) fields.push(`deprecated: ${JSON.stringify(deprecated)}`);
    return `  { ${fields.join(", ")} },\n`;
  });
  return `// Made by generate.ts from ${PACKAGE} ${version}; do not edit.
// Names and deprecation notices are those of the OpenTelemetry semantic conventions (Apache-2.0).
// biome-ignore-all format: one attribute a line

/** An attribute as the conventions publish it. */
export interface Attribute {
  /** Of a template, the part before \`.<key>\`. */
  readonly name: string;
  readonly template?: true;
  /** Its documentation warns that it may hold sensitive information. */
  readonly warned?: true;
  /** What the conventions say to those who still use it. */
  readonly deprecated?: string;
}

export const ATTRIBUTES = [
${rows.join("")}] as const satisfies readonly Attribute[];

export type AttributeName = (typeof ATTRIBUTES)[number]["name"];
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(OUTPUT, await renderAttributes());
