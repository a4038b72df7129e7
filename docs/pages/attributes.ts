import { SENSITIVITY_CLASSES, type SensitivityClass } from "@scrim/detect";
import { defaultPlan } from "@scrim/policy";
import { CATALOGUE, HEADERS, LEAVES } from "@scrim/semconv";
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
    const notes = [entry.reason, entry.spec === undefined ? "" : `**Specification:** ${entry.spec}`];
    return [
      code(name),
      entry.class,
      becomes(entry.template ? `${entry.name}.any-key` : entry.name),
      notes.filter((note) => note !== "").join(" "),
      entry.deprecated === undefined ? "" : "yes",
    ];
  });
  const leafRows = [...LEAVES].map(([word, entry]) => [
    code(word),
    entry.class,
    becomes(`shop.${word}`),
    entry.reason,
  ]);
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
    "## Last parts of a key",
    "A key that no convention knows is judged by its last part, in any spelling: `customer.full_name`, `billingEmail`.",
    table(["word", "class", "becomes", "why"], leafRows),
  ].join("\n\n")}\n`;
}
