import { readFile } from "node:fs/promises";
import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { SENSITIVITY_CLASSES } from "@scrim/detect";
import { describe, expect, test } from "vitest";
import { renderAttributes } from "../generate.ts";
import { CATALOGUE, JUDGEMENTS } from "./catalogue.ts";
import { ATTRIBUTES, type Attribute } from "./generated/attributes.ts";
import { HEADERS } from "./headers.ts";
import { LEAVES } from "./leaves.ts";
import { resolveAttribute } from "./resolve.ts";

const PUBLISHED: readonly Attribute[] = ATTRIBUTES;
const ENTRIES = [...CATALOGUE.values()];

interface Gaps {
  readonly unjudged: readonly string[];
  readonly unpublished: readonly string[];
  readonly judgedTwice: readonly string[];
}

/** Where the conventions and the tables disagree; each list says which names to add, remove or merge. */
function findGaps(published: readonly string[], judged: readonly string[]): Gaps {
  return {
    unjudged: published.filter((name) => !judged.includes(name)),
    unpublished: judged.filter((name) => !published.includes(name)),
    judgedTwice: judged.filter((name, at) => judged.indexOf(name) !== at),
  };
}

describe("completeness", () => {
  const published = PUBLISHED.map(({ name }) => name);
  const judged: readonly string[] = JUDGEMENTS.flatMap(({ names }) => names);

  test("generated/attributes.ts is what generate.ts makes of the installed conventions", async () => {
    const committed = await readFile(new URL("./generated/attributes.ts", import.meta.url), "utf8");
    expect(committed).toBe(await renderAttributes());
  });

  test("no constant of the conventions is left out of generated/attributes.ts", () => {
    const constants: [string, unknown][] = Object.entries(conventions);
    const names = constants.filter(([id]) => id.startsWith("ATTR_")).map(([, value]) => nameOf(value));
    expect(names.length).toBeGreaterThan(1000);
    expect(names.filter((name) => !published.includes(name))).toEqual([]);
  });

  test("every attribute of the conventions is judged, once, and nothing else", () => {
    expect(findGaps(published, judged)).toEqual({ unjudged: [], unpublished: [], judgedTwice: [] });
  });

  test("the check names what a new version brings, what it removes, and what is judged twice", () => {
    expect(findGaps(["user.email", "user.shoe_size"], ["user.email", "user.email", "user.fax"])).toEqual({
      unjudged: ["user.shoe_size"],
      unpublished: ["user.fax"],
      judgedTwice: ["user.email"],
    });
  });
});

describe("entries", () => {
  const all = [...ENTRIES, ...HEADERS.values(), ...LEAVES.values()];

  test("every class is known, and used", () => {
    expect(new Set(ENTRIES.map((entry) => entry.class))).toEqual(new Set(Object.keys(SENSITIVITY_CLASSES)));
    expect(all.filter((entry) => !(entry.class in SENSITIVITY_CLASSES))).toEqual([]);
  });

  test("every reason and demand is one phrase", () => {
    const phrases = all.flatMap(({ reason, spec }) => (spec === undefined ? [reason] : [reason, spec]));
    expect(phrases.filter((phrase) => !/^\p{L}[^\n]{4,148}[^\s.]$/u.test(phrase))).toEqual([]);
  });

  test("header names are in lower case with dashes", () => {
    expect([...HEADERS.keys()].filter((name) => !/^:?[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
  });

  test("names that read alike without separators have one class", () => {
    const byLetters = Map.groupBy(ENTRIES, ({ name }) => name.replaceAll(/[._]/g, ""));
    const torn = [...byLetters.values()].filter((same) => new Set(same.map((entry) => entry.class)).size > 1);
    expect(torn).toEqual([]);
  });
});

describe("the conventions", () => {
  test("what they warn about is not harmless, and says so", () => {
    const warned = PUBLISHED.filter((attribute) => attribute.warned).map(({ name }) => CATALOGUE.get(name));
    expect(warned).toHaveLength(24);
    expect(warned.filter((entry) => entry?.class === "harmless" || entry?.spec === undefined)).toEqual([]);
  });

  test.each([
    ["url.full", /user info must not/],
    ["url.full", /query parameters become REDACTED/],
    ["url.query", /query parameters become REDACTED/],
    ["http.url", /credentials must not/],
    ["http.request.header", /only headers that were named/],
    ["rpc.request.metadata", /only keys that were named/],
    ["http.request.body.content", /must not be captured by default/],
    ["db.query.text", /only sanitized by default: every literal becomes \?/],
    ["db.query.parameter", /should not be captured by default/],
    ["process.command_args", /unless sanitized/],
    ["container.command", /credentials .* removed/],
    ["gen_ai.input.messages", /opt-in/],
    ["gen_ai.system_instructions", /opt-in/],
    ["graphql.document", /redacted/],
    ["feature_flag.result.value", /redact or limit/],
    ["service.instance.id", /confidential/],
    ["device.id", /opt-in/],
  ])("what they demand of %s is marked, with its page", (name, demand) => {
    expect(CATALOGUE.get(name)?.spec).toMatch(demand);
    expect(CATALOGUE.get(name)?.page).toMatch(/^https:\/\/opentelemetry\.io\/docs\/specs\/semconv\/.+\/$/);
  });

  test("a page stands where a demand does, and only there", () => {
    expect(ENTRIES.filter(({ spec, page }) => (spec === undefined) !== (page === undefined))).toEqual([]);
  });

  test("a deprecated attribute has the class and the structure of its replacement", () => {
    const replaced = ENTRIES.flatMap((entry) => {
      const replacement = /^(?:Replaced by|Use) `([^`]+)`(?! and| on client|, `)/.exec(
        entry.deprecated ?? "",
      );
      return replacement ? [[entry, resolveAttribute(replacement[1]!)?.entry] as const] : [];
    });
    expect(replaced.length).toBeGreaterThan(150);
    for (const [old, current] of replaced) {
      expect([old.name, old.class, old.kind]).toEqual([old.name, current?.class, current?.kind]);
    }
  });
});

/** The name behind a constant of the conventions; a template is a function from the key. */
function nameOf(value: unknown): string {
  return typeof value === "function" ? value("").slice(0, -1) : String(value);
}
