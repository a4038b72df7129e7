import type { SuppressionList } from "./suppression-list.ts";

const TOP_LEVEL = ["example", "test", "invalid", "localhost"];
const SECOND_LEVEL = ["example.com", "example.net", "example.org"];

export const exampleDomains: SuppressionList = {
  id: "example_domains",
  lists:
    "E-mail addresses under names that nobody can register: example.com, .example, .test, .invalid, .localhost.",
  source: "RFC 2606; RFC 6761",
  types: ["email"],
  has: (text) => {
    const labels = text
      .slice(text.lastIndexOf("@") + 1)
      .toLowerCase()
      .split(".");
    return TOP_LEVEL.includes(labels.at(-1) ?? "") || SECOND_LEVEL.includes(labels.slice(-2).join("."));
  },
  examples: {
    match: ["jane@example.com", "root@Mail.Example.ORG", "a@shop.test"],
    ignore: ["jane@example.co", "jane@myexample.com", "jane@example.com.br", "a@test.shop"],
  },
};
