import type { SensitivityClass } from "@scrim/detect";
import { ALIASES } from "./aliases.ts";
import { CATALOGUE } from "./catalogue.ts";
import type { CatalogueEntry } from "./catalogue-entry.ts";
import { knownHeader } from "./headers.ts";
import { KEY_LENGTH_MAX, KeyText } from "./key-text.ts";
import { LEAVES, meaningOf } from "./leaves.ts";
import { NameTable, spellingsOf } from "./name-table.ts";

/** How a key was recognised, from the most certain to the least. */
export interface Resolution {
  readonly entry: CatalogueEntry;
  /**
   * - `exact`: it is the name;
   * - `template`: it is a template's name and a key, `http.request.header.accept`;
   * - `alias`: the policy says so;
   * - `vendor`: a logger, a cloud or a product has this name: `httpRequest.remoteIp`;
   * - `leaf`: its end is a phrase that means the same everywhere, `billing.email`, or a whole name that is
   *   sensitive or has a structure, `event.client.address`;
   * - `spelling`: one of these in another spelling, `httpRequestMethod` or `billingEmail`.
   */
  readonly via: "exact" | "template" | "alias" | "vendor" | "leaf" | "spelling";
}

/** All that is known under one sequence of letters. */
interface Known {
  /** Each name as it is spelled, with what it says. */
  readonly names: readonly { readonly text: string; readonly resolution: Resolution }[];
  /** What another spelling of them says. */
  readonly otherwise: Resolution;
}

const NAMES: NameTable<Known> = buildNames();

function buildNames(): NameTable<Known> {
  const known = new Map<string, Known>();
  const add = (text: string, entry: CatalogueEntry, via: "exact" | "vendor" | "spelling") => {
    for (const letters of spellingsOf(text)) {
      const before = known.get(letters);
      const names = [
        ...(before?.names ?? []),
        ...(via === "spelling" ? [] : [{ text, resolution: { entry, via } }]),
      ];
      const otherwise =
        via === "vendor" && before !== undefined ? before.otherwise : { entry, via: "spelling" as const };
      known.set(letters, { names, otherwise });
    }
  };
  for (const [name, entry] of CATALOGUE) add(name, entry, "exact");
  // Where a leaf and a name read alike, `sessionId` is the application's own.
  for (const [name, entry] of LEAVES) add(name, entry, "spelling");
  for (const [name, entry] of ALIASES) if (!CATALOGUE.has(name)) add(name, entry, "vendor");
  return new NameTable(known);
}

/** Templates of the catalogue, in the plural too, as `http.request.headers.accept`. */
const TEMPLATES: NameTable<CatalogueEntry> = new NameTable(
  new Map(
    [...CATALOGUE.values()]
      .filter(({ template }) => template)
      .flatMap((entry) =>
        ["", "s"].flatMap((plural) => spellingsOf(entry.name + plural).map((name) => [name, entry])),
      ),
  ),
);
const TEMPLATE_WORDS_MAX = 6;

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
const NAME_PARTS_MAX = 8;

/** How the names of templates end whose key is the name of a header. */
const HEADER_TEMPLATE_ENDS: ReadonlySet<string> = new Set(["header", "metadata", "trailer"]);

/** Names under which applications keep headers as an object of their own: `req.headers.cookie`. */
const HEADER_PARENTS = new NameTable(new Map(["header", "headers", "trailers"].map((name) => [name, true])));

/** The key that is being resolved: one at a time, so that none is made for each. */
const KEY = new KeyText();

/**
 * What an attribute's key, or the dotted path of a nested one, says about its value: first by its exact name,
 * then as a key of a template, by the policy's aliases, by the names of loggers and vendors, by its last part,
 * and last by any other spelling. Undefined when nothing is known. Never throws; linear in the key, which may
 * have 1024 characters at most.
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
  const aliased = aliases !== undefined && aliases.size > 0 ? byAlias(key, aliases) : undefined;
  KEY.read(key);
  if (KEY.length === 0) return aliased;
  const known = NAMES.find(KEY, 0, KEY.length);
  const named = known && namedIn(known, key, 0);
  if (named?.via === "exact") return named;
  return byTemplate(key, 0) ?? aliased ?? named ?? byHeader(key) ?? byEnd(key) ?? byWords(key, known);
}

/** What a name says that is spelled as the key is from `start` on. */
function namedIn({ names }: Known, key: string, start: number): Resolution | undefined {
  for (const { text, resolution } of names) {
    if (text.length === key.length - start && key.endsWith(text)) return resolution;
  }
  return undefined;
}

/** The longest template that the key begins with after its first `skipped` dots, up to a further dot. */
function byTemplate(key: string, skipped: number): Resolution | undefined {
  const start = skipped === 0 ? 0 : KEY.dotAt[skipped - 1]! + 1;
  const letters = skipped === 0 ? 0 : KEY.dotLetters[skipped - 1]!;
  const last = Math.min(KEY.dots, skipped + TEMPLATE_WORDS_MAX);
  let found: Resolution | undefined;
  for (let dot = skipped; dot < last; dot++) {
    const at = KEY.dotAt[dot]!;
    const template = at < key.length - 1 ? TEMPLATES.find(KEY, letters, KEY.dotLetters[dot]!) : undefined;
    if (
      template !== undefined &&
      template.name.length === at - start &&
      key.startsWith(template.name, start)
    ) {
      found = keyOf(template, key.slice(at + 1), wordAt(KEY.dotLetters[dot]!), "template");
    }
  }
  return found;
}

/**
 * What a template says about one of its keys. A header goes by its own name; a label, an annotation and the
 * like by what it ends in, where that is a sensitive leaf.
 *
 * @param word the first of the key
 */
function keyOf(template: CatalogueEntry, key: string, word: number, via: Resolution["via"]): Resolution {
  if (isHeaderTemplate(template)) {
    const header = knownHeader(key);
    return { entry: header ? { ...header, name: `${template.name}.${header.name}` } : template, via };
  }
  const leaf = template.class === "content" ? meaningOf(KEY, word) : undefined;
  return leaf !== undefined ? { entry: leaf, via: "leaf" } : { entry: template, via };
}

function isHeaderTemplate({ name }: CatalogueEntry): boolean {
  return HEADER_TEMPLATE_ENDS.has(lastPart(name));
}

/** The word that begins with the letter at `letter`. */
function wordAt(letter: number): number {
  let word = 0;
  while (word < KEY.words && KEY.wordStarts[word]! < letter) word++;
  return word;
}

function byAlias(key: string, aliases: ReadonlyMap<string, string>): Resolution | undefined {
  const canonical = aliases.get(key);
  if (canonical === undefined) return undefined;
  const entry = CATALOGUE.get(canonical) ?? templateOf(canonical) ?? LEAVES.get(canonical);
  return entry && { entry, via: "alias" };
}

function templateOf(canonical: string): CatalogueEntry | undefined {
  KEY.read(canonical);
  return byTemplate(canonical, 0)?.entry;
}

/** A header that we know, under a parent that says it is one. Others fall through: `table.headers.total`. */
function byHeader(key: string): Resolution | undefined {
  const dot = KEY.dots - 1;
  if (dot < 0) return undefined;
  const parentStart = dot === 0 ? 0 : KEY.dotLetters[dot - 1]!;
  if (HEADER_PARENTS.find(KEY, parentStart, KEY.dotLetters[dot]!) === undefined) return undefined;
  const entry = knownHeader(key.slice(KEY.dotAt[dot]! + 1));
  return entry && { entry, via: "leaf" };
}

/** The longest name, or template with a key, that the key ends in. */
function byEnd(key: string): Resolution | undefined {
  for (let skipped = Math.max(1, KEY.dots - NAME_PARTS_MAX); skipped < KEY.dots; skipped++) {
    const known = NAMES.find(KEY, KEY.dotLetters[skipped - 1]!, KEY.length);
    const named = known && namedIn(known, key, KEY.dotAt[skipped - 1]! + 1);
    const entry = (named ?? byTemplate(key, skipped))?.entry;
    if (entry !== undefined && (CLASSES_ANYWHERE.has(entry.class) || entry.kind !== "plain"))
      return { entry, via: "leaf" };
  }
  return undefined;
}

/** The phrase that the key ends in, as the table of leaves spells it; then the whole key or its end in any spelling. */
function byWords(key: string, known: Known | undefined): Resolution | undefined {
  const leaf = meaningOf(KEY);
  if (leaf !== undefined && LEAVES.has(lastPart(key))) return { entry: leaf, via: "leaf" };
  return known?.otherwise ?? byJoinedTemplate() ?? (leaf && { entry: leaf, via: "spelling" });
}

/** As {@link byTemplate}, whatever stands between the words: `http_request_header_x_api_key`. */
function byJoinedTemplate(): Resolution | undefined {
  let found: Resolution | undefined;
  for (let word = 1; word < KEY.words && word <= TEMPLATE_WORDS_MAX; word++) {
    const template = TEMPLATES.find(KEY, 0, KEY.wordStarts[word]!);
    if (template !== undefined) found = keyOf(template, wordsFrom(word), word, "spelling");
  }
  return found;
}

/** The words of the key from one on, as a header's name is written. */
function wordsFrom(from: number): string {
  const words: string[] = [];
  for (let word = from; word < KEY.words; word++) {
    const letters = KEY.letters.subarray(KEY.wordStarts[word], KEY.wordStarts[word + 1]);
    words.push(String.fromCharCode(...letters));
  }
  return words.join("-");
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf(".") + 1);
}
