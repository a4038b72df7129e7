import { SEVERITY_OF_LEVEL } from "@scrim/grants";
import type { CommandInput, CommandStreams } from "../command.ts";
import { readStore, type StoredGrant, stateOf } from "../grants/grant-store.ts";
import { storeOf } from "../grants/store-option.ts";
import { isoOf, nowSeconds } from "../grants/time-text.ts";
import { type GrantUses, readUses } from "../grants/use-file.ts";

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const store = storeOf(input);
  const { grants } = readStore(store);
  const uses = readUses(store).grants;
  const nowS = nowSeconds();
  const rows = grants.map((stored) => describe(stored, uses[stored.grant.id], nowS));
  if (input.options.json === true) {
    for (const row of rows) stdout.write(`${JSON.stringify(row)}\n`);
  } else if (rows.length === 0) {
    stdout.write("no grants\n");
  } else {
    stdout.write(tableOf([HEAD, ...rows.map(cellsOf)]));
  }
  return 0;
}

/** A grant as it is written for programs: the document, and what is known of it. Without the key that mints its tokens. */
function describe(stored: StoredGrant, uses: GrantUses | undefined, nowS: number) {
  const { grant, audiences, reason, created_at, revoked_at } = stored;
  return {
    ...grant,
    severity: SEVERITY_OF_LEVEL[grant.level],
    state: stateOf(stored, nowS),
    audiences,
    reason,
    created_at,
    ...(revoked_at !== undefined && { revoked_at }),
    ...("where" in grant.selector && { leased: uses?.leased ?? 0, used: uses?.used ?? 0 }),
  };
}

type Row = ReturnType<typeof describe>;

const HEAD = ["ID", "STATE", "LEVEL", "TRACES", "UNTIL", "FOR", "WHICH", "REASON"] as const;

/** Trace ids and predicates are long: of many the count is told. */
function cellsOf(row: Row): readonly string[] {
  return [
    row.id,
    row.state,
    row.level,
    tracesText(row),
    isoOf(row.revoked_at ?? row.expires_at),
    row.audiences.map(({ service, environment }) => `${service}/${environment}`).join(", "),
    whichText(row.selector),
    row.reason,
  ];
}

function tracesText({ selector, traces_max, used }: Row): string {
  if ("trace_ids" in selector) return String(selector.trace_ids.length);
  return "where" in selector ? `${used} of ${traces_max}` : `${selector.on_error.traces_per_min} a minute`;
}

function whichText(selector: Row["selector"]): string {
  if ("where" in selector) return oneLine(selector.where);
  if ("on_error" in selector) {
    const { where } = selector.on_error;
    return where === undefined ? "errors" : `errors: ${oneLine(where)}`;
  }
  const [first, ...more] = selector.trace_ids;
  return more.length === 0 ? first! : `${first} and ${more.length} more`;
}

function oneLine(predicate: string): string {
  return predicate.replaceAll(/\p{Cc}+/gu, " ");
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
