import type { SensitivityClass } from "@scrim/detect";
import { CATALOGUE } from "./catalogue.ts";
import type { CatalogueEntry } from "./catalogue-entry.ts";
import { knownHeader } from "./headers.ts";
import { wordsOf } from "./key-words.ts";
import { LEAVES, leafOf } from "./leaves.ts";

/** How a key was recognised, from the most certain to the least. */
export interface Resolution {
  readonly entry: CatalogueEntry;
  /**
   * - `exact`: it is the name;
   * - `template`: it is a template's name and a key, `http.request.header.accept`;
   * - `alias`: the policy says so;
   * - `leaf`: its end is a word that means the same everywhere, `billing.email`, or a whole name that is
   *   sensitive or has a structure, `event.client.address`;
   * - `spelling`: one of these in another spelling, `httpRequestMethod` or `billingEmail`.
   */
  readonly via: "exact" | "template" | "leaf" | "alias" | "spelling";
}

/** Longer keys aren't names that anybody chose; what they say is unknown. In UTF-16 units. */
const KEY_LENGTH_MAX = 1024;

/** Templates of the catalogue by name. */
const TEMPLATES = new Map([...CATALOGUE].filter(([, entry]) => entry.template));
const TEMPLATE_WORDS_MAX = Math.max(...[...TEMPLATES.keys()].map((name) => wordsOf(name).length));

/** Names without separators. Where a leaf and a name read alike, `sessionId` is the application's own. */
const JOINED_NAMES = new Map(
  [...CATALOGUE, ...LEAVES].map(([name, entry]) => [joined(wordsOf(name)), entry]),
);
/**
 * What a name says also where it stands at the end of a longer path, as in an object that was flattened. What is
 * harmless at the top may be anything below: `order.error.type`.
 */
const CLASSES_ANYWHERE: ReadonlySet<SensitivityClass> = new Set([
  "client_address",
  "credential",
  "direct_identifier",
  "location",
  "payload",
]);
const NAME_PARTS_MAX = Math.max(...[...CATALOGUE.keys()].map((name) => name.split(".").length));

/** Templates without separators; in the plural too, as `http.request.headers.accept`. */
const JOINED_TEMPLATES = new Map(
  [...TEMPLATES].flatMap(([name, entry]) =>
    ["", "s"].map((plural) => [joined(wordsOf(name)) + plural, entry]),
  ),
);

/** How the names of templates end whose key is the name of a header. */
const HEADER_TEMPLATE_ENDS: ReadonlySet<string> = new Set(["header", "metadata", "trailer"]);

/** Names under which applications keep headers as an object of their own: `req.headers.cookie`. */
const HEADER_PARENTS: ReadonlySet<string> = new Set(["header", "headers", "trailers"]);

/**
 * What an attribute's key, or the dotted path of a nested one, says about its value: first by its exact name,
 * then as a key of a template, by the policy's aliases, by its last part, and last by any other spelling.
 * Undefined when nothing is known. Never throws; linear in the key, which may have 1024 characters at most.
 *
 * @param aliases the policy's own names, each to a name of the catalogue or a leaf
 * @example
 * ```ts
 * import { resolveAttribute } from "@scrim/semconv";
 * console.log(resolveAttribute("customer.fullName")?.entry.name); // user.full_name
 * ```
 */
export function resolveAttribute(key: string, aliases?: ReadonlyMap<string, string>): Resolution | undefined {
  if (key.length > KEY_LENGTH_MAX) return undefined;
  return byName(key) ?? byAlias(key, aliases) ?? byHeader(key) ?? byEnd(key) ?? byWords(key);
}

function byName(key: string): Resolution | undefined {
  const entry = CATALOGUE.get(key);
  return entry !== undefined ? { entry, via: "exact" } : byTemplate(key);
}

/** The longest template that the key begins with, up to a dot. */
function byTemplate(key: string): Resolution | undefined {
  let found: Resolution | undefined;
  let dot = key.indexOf(".");
  for (let parts = 1; dot > 0 && dot < key.length - 1 && parts <= TEMPLATE_WORDS_MAX; parts++) {
    const template = TEMPLATES.get(key.slice(0, dot));
    if (template !== undefined) found = keyOf(template, key.slice(dot + 1), "template");
    dot = key.indexOf(".", dot + 1);
  }
  return found;
}

/**
 * What a template says about one of its keys. A header goes by its own name; a label, an annotation and the
 * like by what it ends in, where that is a sensitive leaf.
 */
function keyOf(template: CatalogueEntry, key: string, via: Resolution["via"]): Resolution {
  if (isHeaderTemplate(template)) {
    const header = knownHeader(key);
    return { entry: header ? { ...header, name: `${template.name}.${header.name}` } : template, via };
  }
  const leaf = template.class === "content" ? leafOf(wordsOf(key)) : undefined;
  return leaf !== undefined ? { entry: leaf, via: "leaf" } : { entry: template, via };
}

function isHeaderTemplate({ name }: CatalogueEntry): boolean {
  return HEADER_TEMPLATE_ENDS.has(lastPart(name));
}

function byAlias(key: string, aliases: ReadonlyMap<string, string> | undefined): Resolution | undefined {
  const canonical = aliases?.get(key);
  if (canonical === undefined) return undefined;
  const entry = byName(canonical)?.entry ?? LEAVES.get(canonical);
  return entry && { entry, via: "alias" };
}

/** A header that we know, under a parent that says it is one. Others fall through: `table.headers.total`. */
function byHeader(key: string): Resolution | undefined {
  const name = lastPart(key);
  const parent = lastPart(key.slice(0, -name.length - 1)).toLowerCase();
  const entry = HEADER_PARENTS.has(parent) ? knownHeader(name) : undefined;
  return entry && { entry, via: "leaf" };
}

/** The longest name, or template with a key, that the key ends in. */
function byEnd(key: string): Resolution | undefined {
  const starts: number[] = [];
  for (let dot = key.lastIndexOf("."); dot > 0 && starts.length <= NAME_PARTS_MAX; ) {
    starts.unshift(dot + 1);
    dot = key.lastIndexOf(".", dot - 1);
  }
  for (const start of starts.slice(0, -1)) {
    const entry = byName(key.slice(start))?.entry;
    if (entry !== undefined && (CLASSES_ANYWHERE.has(entry.class) || entry.kind !== "plain"))
      return { entry, via: "leaf" };
  }
  return undefined;
}

/** The last part of the key as the table of leaves spells it; then the whole key or its end in any spelling. */
function byWords(key: string): Resolution | undefined {
  const words = wordsOf(key);
  const leaf = leafOf(words);
  if (leaf !== undefined && LEAVES.has(lastPart(key))) return { entry: leaf, via: "leaf" };

  const name = JOINED_NAMES.get(joined(words));
  if (name !== undefined) return { entry: name, via: "spelling" };
  return byJoinedTemplate(words) ?? (leaf && { entry: leaf, via: "spelling" });
}

/** As {@link byTemplate}, whatever stands between the words: `http_request_header_x_api_key`. */
function byJoinedTemplate(words: readonly string[]): Resolution | undefined {
  let found: Resolution | undefined;
  let prefix = "";
  for (let count = 1; count < words.length && count <= TEMPLATE_WORDS_MAX; count++) {
    prefix += words[count - 1];
    const template = JOINED_TEMPLATES.get(prefix);
    if (template !== undefined) found = keyOf(template, words.slice(count).join("-"), "spelling");
  }
  return found;
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf(".") + 1);
}

function joined(words: readonly string[]): string {
  return words.join("");
}
