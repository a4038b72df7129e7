import { PolicySummary } from "@scrim/access/client";
import { openClient } from "../access/access-client.ts";
import { commandLine } from "../access/command-line.ts";
import { allPages, showListed } from "../access/listing.ts";
import { sayFor } from "../access/say.ts";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { nowSeconds } from "../grants/time-text.ts";
import { policyTable } from "../policy/policy-views-text.ts";

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const state = optionText(input, "state");
  const asked = { path: "/v1/policies", member: "policies", query: state === undefined ? {} : { state } };
  const { listed: unsorted, isWhole } = await allPages(openClient(input), asked, PolicySummary);
  // Their ids are random: they come in no order.
  const listed = unsorted.toSorted((a, b) => a.value.revision - b.value.revision);
  const policies = listed.map(({ value }) => value);
  showListed(input, streams, listed, (width) => policyTable(policies, nowSeconds(), width), "no policies");
  const say = sayFor("policy list", streams);
  if (!isWhole) say.warning("there are more than are shown");
  const one = policies.findLast(({ state }) => state === "proposed") ?? policies.at(-1);
  if (one !== undefined) say.hint(`all of one: ${commandLine(input, `policy show ${one.id}`)}`);
  return 0;
}
