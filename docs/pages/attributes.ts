import { SENSITIVITY_CLASSES, type SensitivityClass } from "@scrim/detect";
import { defaultPlan } from "@scrim/policy";
import { aliasesOf, CATALOGUE, HEADERS, LEAVES, WORLDS } from "@scrim/semconv";
import { actionText } from "./action-text.ts";
import { code, GENERATED, table } from "./markdown.ts";

/** What each attribute of the catalogue becomes under the default policy. */
export function attributesPage(): string {
  const plan = defaultPlan();
  const becomes = (key: string) => actionText(plan.decide(key, 0).action);
  const classRows = (Object.keys(SENSITIVITY_CLASSES) as SensitivityClass[]).map((name) => {
    const count = [...CATALOGUE.values()].filter((entry) => entry.class === name).length;
    return [code(name), SENSITIVITY_CLASSES[name], String(count)];
  });
  const rows = [...CATALOGUE.values()].map((entry) => {
    const name = entry.template ? `${entry.name}.<key>` : entry.name;
    const notes = [
      entry.reason,
      entry.spec === undefined ? "" : `[**Specification**](${entry.page}): ${entry.spec}`,
    ];
    return [
      code(name),
      entry.class,
      becomes(entry.template ? `${entry.name}.any-key` : entry.name),
      notes.filter((note) => note !== "").join(" "),
      entry.deprecated === undefined ? "" : "yes",
    ];
  });
  const leafGroups = Map.groupBy(LEAVES, ([, entry]) => `${entry.class} ${entry.kind} ${entry.reason}`);
  const leafRows = [...leafGroups.values()].map((group) => [
    group[0]![1].class,
    becomes(`shop.${group[0]![0]}`),
    group[0]![1].reason,
    group.map(([words]) => code(words)).join(", "),
  ]);
  const vendorRows = WORLDS.flatMap((world) =>
    aliasesOf(world).map(([name, entry]) => [
      code(name),
      world.name,
      entry.class,
      becomes(name),
      entry.name === name ? entry.reason : `as ${code(entry.name)}`,
    ]),
  );
  const headerRows = [...HEADERS.values()].map((entry) => [
    code(entry.name),
    entry.class,
    becomes(`http.request.header.${entry.name}`),
    entry.reason,
  ]);
  return `${[
    GENERATED,
    "# Attributes",
    "What each attribute of the semantic conventions is, and what it becomes under the default policy. *scan* means that detectors look at the text and only what they find is replaced.",
    table(["class", "what it holds", "attributes"], classRows),
    "## Catalogue",
    table(["attribute", "class", "becomes", "why", "deprecated"], rows),
    "## Headers",
    "Under `http.request.header`, `http.response.header` and the metadata of RPC systems. Any other header is taken for a credential.",
    table(["header", "class", "becomes", "why"], headerRows),
    "## Names of loggers, clouds and products",
    `As ${WORLDS.map(({ name, source }) => `${name} (${source})`).join("; ")} publish them. A policy's rules for the attribute that a name stands for don't apply to it: list the name under \`aliases\` where they should.`,
    table(["name", "from", "class", "becomes", "why"], vendorRows),
    "## Last parts of a key",
    "A key that no convention knows is judged by the phrase that its words end in, in any spelling: `customer.full_name`, `billingEmail`. The last word decides what the value is, so `email_count` is a number and `password_reset_url` a URL; a flag or a count before the phrase (`has_password`, `num_phones`) makes it ordinary. [How well this works](../../packages/semconv/test/keys/README.md) is measured.",
    table(["class", "becomes", "why", "phrases"], leafRows),
  ].join("\n\n")}\n`;
}
