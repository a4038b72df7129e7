import * as z from "zod";
import type { CommandInput, CommandStreams } from "../command.ts";
import type { AccessClient } from "./access-client.ts";
import { jsonLine } from "./documents.ts";
import type { RefusalHints } from "./problem-error.ts";
import { widthOf } from "./text-table.ts";

const PAGE = "200";

/** Pages that one listing asks for: of more than that the first are shown, and it says so. */
const PAGES_MAX = 500;

/** A document: as it is checked, and as it came. */
export interface Listed<T> {
  readonly value: T;
  readonly document: unknown;
}

interface Listing {
  readonly path: string;
  /** The member of a page that holds the documents. */
  readonly member: string;
  readonly query?: Readonly<Record<string, string>>;
  /** What it is about, for hints. */
  readonly subject?: string;
  readonly hints?: RefusalHints;
}

/**
 * All pages of a listing, and whether that is all of it.
 *
 * @throws {OperatingError} `ACCESS_REFUSED`, `SOURCE_UNREACHABLE`
 */
export async function allPages<S extends z.ZodType>(
  client: AccessClient,
  { path, member, query: asked, ...about }: Listing,
  schema: S,
): Promise<{ readonly listed: readonly Listed<z.output<S>>[]; readonly isWhole: boolean }> {
  const page = z.object({ [member]: z.array(z.unknown()), next: z.string().optional() });
  const listed: Listed<z.output<S>>[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const query = { limit: PAGE, ...asked, ...(after !== undefined && { after }) };
    const { value } = await client.ask({ method: "GET", path, query, ...about }, page);
    for (const document of value[member] as readonly unknown[])
      listed.push({ value: client.checked(schema, document), document });
    after = value.next as string | undefined;
    if (after === undefined) return { listed, isWhole: true };
  }
  return { listed, isWhole: false };
}

/** As JSON, one document a line, or as a table that fits the terminal. */
export function showListed(
  input: CommandInput,
  { stdout }: CommandStreams,
  listed: readonly Listed<unknown>[],
  table: (width: number) => string,
  none: string,
): void {
  if (input.options.json === true) stdout.write(listed.map(({ document }) => jsonLine(document)).join(""));
  else stdout.write(listed.length === 0 ? `${none}\n` : table(widthOf(stdout)));
}
