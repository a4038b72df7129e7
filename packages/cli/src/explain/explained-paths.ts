import type { Finding } from "@scrim/detect";
import { type Decision, describeOrigin } from "@scrim/policy";
import type { RedactionTrace, StructuralPart, TracePath } from "@scrim/redact";

/** What was decided for all values that stand at one path. */
export interface ExplainedPath extends TracePath {
  readonly decision: Decision;
  /** How many values. */
  readonly values: number;
  /** How often each detector found something that was acted on. */
  readonly findings: ReadonlyMap<string, number>;
  /** How often something was replaced for what it is in the structure of the text. */
  readonly replaced: ReadonlyMap<StructuralPart, number>;
}

/** Paths that are told apart; a service has hundreds. An emitter of random keys must not fill memory. */
const PATHS_MAX = 10_000;
/** Names are shorter. What is longer is told by its beginning. */
const KEY_LENGTH_MAX = 160;

interface Row extends ExplainedPath {
  values: number;
  readonly findings: Map<string, number>;
  readonly replaced: Map<StructuralPart, number>;
}

/** Collects what a redactor decides, path by path, in the order in which they first come. */
export class ExplainedPaths implements RedactionTrace {
  /** Values at paths that are too many to tell. */
  untold = 0;
  readonly #rows = new Map<string, Row>();
  /** Of each path the row of the decision that was taken last: resources differ in what rules hold for them. */
  readonly #latest = new Map<string, Row>();

  get rows(): readonly ExplainedPath[] {
    return [...this.#rows.values()];
  }

  decided(path: TracePath, decision: Decision): void {
    const name = nameOf(path);
    const row = this.#row(name, path, decision);
    if (row === undefined) {
      this.untold++;
      return;
    }
    row.values++;
    this.#latest.set(name, row);
  }

  found(path: TracePath, { detector }: Finding): void {
    const findings = this.#latest.get(nameOf(path))?.findings;
    findings?.set(detector.id, (findings.get(detector.id) ?? 0) + 1);
  }

  replaced(path: TracePath, part: StructuralPart): void {
    const replaced = this.#latest.get(nameOf(path))?.replaced;
    replaced?.set(part, (replaced.get(part) ?? 0) + 1);
  }

  /** Undefined where it would be one too many. */
  #row(name: string, { field, keys }: TracePath, decision: Decision): Row | undefined {
    const rowName = `${name} ${describeOrigin(decision.origin)}`;
    let row = this.#rows.get(rowName);
    if (row === undefined && this.#rows.size < PATHS_MAX) {
      row = {
        field,
        keys: keys.map(shownKey),
        decision,
        values: 0,
        findings: new Map(),
        replaced: new Map(),
      };
      this.#rows.set(rowName, row);
    }
    return row;
  }
}

function nameOf({ field, keys }: TracePath): string {
  return JSON.stringify([field, ...keys.map(shownKey)]);
}

/** A key as it may be printed: characters that move a terminal's cursor, or turn its text, are written as escapes. */
function shownKey(key: string): string {
  const cut = key.length > KEY_LENGTH_MAX ? `${key.slice(0, KEY_LENGTH_MAX)}…` : key;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}
