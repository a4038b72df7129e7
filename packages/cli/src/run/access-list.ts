import { GrantView, RequestView, ServiceView } from "@scrim/access/client";
import type * as z from "zod";
import { openClient } from "../access/access-client.ts";
import { commandLine } from "../access/command-line.ts";
import { allPages, type Listed, showListed } from "../access/listing.ts";
import { sayFor } from "../access/say.ts";
import { grantTable, requestTable, serviceTable } from "../access/tables.ts";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { nowSeconds } from "../grants/time-text.ts";

export async function listRequests(input: CommandInput, streams: CommandStreams): Promise<number> {
  const listed = await allOf(input, streams, "requests", RequestView);
  const requests = listed.map(({ value }) => value);
  showListed(input, streams, listed, (width) => requestTable(requests, nowSeconds(), width), "no requests");
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
  showListed(input, streams, listed, (width) => grantTable(grants, nowSeconds(), width), "no grants");
  const one = grants.findLast(({ state }) => state === "active") ?? grants.at(-1);
  if (one !== undefined)
    sayFor("access grants", streams).hint(`all of one: ${commandLine(input, `access show ${one.id}`)}`);
  return 0;
}

export async function listServices(input: CommandInput, streams: CommandStreams): Promise<number> {
  const listed = await allOf(input, streams, "services", ServiceView);
  const services = listed.map(({ value }) => value);
  showListed(input, streams, listed, (width) => serviceTable(services, width), "no services");
  if (services.length === 0)
    sayFor("access services", streams).hint(
      `enrol one: ${commandLine(input, "access enrol --service NAME --environment NAME --public-key FILE")}`,
    );
  return 0;
}

/** All requests, grants or services that the caller may see. */
async function allOf<S extends z.ZodType>(
  input: CommandInput,
  streams: CommandStreams,
  what: "requests" | "grants" | "services",
  schema: S,
): Promise<readonly Listed<z.output<S>>[]> {
  const client = openClient(input);
  const state = optionText(input, "state");
  const query = state === undefined ? {} : { state };
  const { listed, isWhole } = await allPages(client, { path: `/v1/${what}`, member: what, query }, schema);
  if (!isWhole) sayFor(`access ${what}`, streams).warning("there are more than are shown");
  return listed;
}
