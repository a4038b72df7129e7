import { PolicyProcessView, PolicyView } from "@scrim/access/client";
import { openClient } from "../access/access-client.ts";
import { policyIdOf } from "../access/access-id.ts";
import { allPages, showListed } from "../access/listing.ts";
import { sayFor } from "../access/say.ts";
import type { CommandInput, CommandStreams } from "../command.ts";
import { nowSeconds } from "../grants/time-text.ts";
import { stageHints } from "../policy/next-stage.ts";
import { POLICY_HINTS } from "../policy/policy-hints.ts";
import { processTable, statusLines } from "../policy/policy-views-text.ts";

const NONE = "no process has said anything in the last ten minutes";

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const id = policyIdOf(input);
  const client = openClient(input);
  const path = `/v1/policies/${id}`;
  const about = { subject: id, hints: POLICY_HINTS };
  const { value: policy } = await client.ask({ method: "GET", path, ...about }, PolicyView);
  const { listed, isWhole } = await allPages(
    client,
    { path: `${path}/processes`, member: "processes", ...about },
    PolicyProcessView,
  );
  const processes = listed.map(({ value }) => value);
  showListed(input, streams, listed, (width) => processTable(processes, policy, nowSeconds(), width), NONE);
  if (input.options.json !== true) streams.stdout.write(`${statusLines(processes, policy).join("\n")}\n`);
  const say = sayFor("policy status", streams);
  if (!isWhole) say.warning("there are more than are shown");
  const isRefused = processes.some(({ refused }) => refused?.id === id);
  for (const hint of stageHints(input, policy, { isRefused })) say.hint(hint);
  return 0;
}
