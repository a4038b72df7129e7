import { GrantView, RequestView, ServiceView } from "@scrim/access/client";
import * as z from "zod";
import { openClient } from "../access/access-client.ts";
import { commandLine } from "../access/command-line.ts";
import { jsonLine } from "../access/documents.ts";
import { sayFor } from "../access/say.ts";
import { grantTable, requestTable, serviceTable } from "../access/tables.ts";
import { widthOf } from "../access/text-table.ts";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { nowSeconds } from "../grants/time-text.ts";

const PAGE = "200";

/** Pages that one listing asks for: of more than that the first are shown, and it says so. */
const PAGES_MAX = 500;

/** A document: as it is checked, and as it came. */
interface Listed<T> {
  readonly value: T;
  readonly document: unknown;
}

export async function listRequests(input: CommandInput, streams: CommandStreams): Promise<number> {
  const listed = await allOf(input, streams, "requests", RequestView);
  const requests = listed.map(({ value }) => value);
  show(input, streams, listed, (width) => requestTable(requests, nowSeconds(), width), "no requests");
  const one = requests.findLast(({ state }) => state === "pending") ?? requests.at(-1);
  if (one !== undefined)
    sayFor("access list", streams).hint(`all of one: ${commandLine(input, `access show ${one.id}`)}`);
  return 0;
}

export async function listGrants(input: CommandInput, streams: CommandStreams): Promise<number> {
  const unsorted = await allOf(input, streams, "grants", GrantView);
  // Their ids are random: they come in no order.
  const listed = unsorted.toSorted((a, b) => a.value.not_before - b.value.not_before);
  const grants = listed.map(({ value }) => value);
  show(input, streams, listed, (width) => grantTable(grants, nowSeconds(), width), "no grants");
  const one = grants.findLast(({ state }) => state === "active") ?? grants.at(-1);
  if (one !== undefined)
    sayFor("access grants", streams).hint(`all of one: ${commandLine(input, `access show ${one.id}`)}`);
  return 0;
}

export async function listServices(input: CommandInput, streams: CommandStreams): Promise<number> {
  const listed = await allOf(input, streams, "services", ServiceView);
  const services = listed.map(({ value }) => value);
  show(input, streams, listed, (width) => serviceTable(services, width), "no services");
  if (services.length === 0)
    sayFor("access services", streams).hint(
      `enrol one: ${commandLine(input, "access enrol --service NAME --environment NAME --public-key FILE")}`,
    );
  return 0;
}

/** All pages of a listing. */
async function allOf<S extends z.ZodType>(
  input: CommandInput,
  streams: CommandStreams,
  what: "requests" | "grants" | "services",
  schema: S,
): Promise<readonly Listed<z.output<S>>[]> {
  const client = openClient(input);
  const state = optionText(input, "state");
  const page = z.object({ [what]: z.array(z.unknown()), next: z.string().optional() });
  const listed: Listed<z.output<S>>[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const query = {
      limit: PAGE,
      ...(state !== undefined && { state }),
      ...(after !== undefined && { after }),
    };
    const { value } = await client.ask({ method: "GET", path: `/v1/${what}`, query }, page);
    for (const document of value[what] as readonly unknown[])
      listed.push({ value: client.checked(schema, document), document });
    after = value.next as string | undefined;
    if (after === undefined) return listed;
  }
  sayFor(`access ${what}`, streams).warning("there are more than are shown");
  return listed;
}

function show(
  input: CommandInput,
  { stdout }: CommandStreams,
  listed: readonly Listed<unknown>[],
  table: (width: number) => string,
  none: string,
): void {
  if (input.options.json === true) stdout.write(listed.map(({ document }) => jsonLine(document)).join(""));
  else stdout.write(listed.length === 0 ? `${none}\n` : table(widthOf(stdout)));
}
