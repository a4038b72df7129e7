import { PolicyView } from "@scrim/access/client";
import { openClient } from "../access/access-client.ts";
import { policyIdOf } from "../access/access-id.ts";
import { commandLine } from "../access/command-line.ts";
import { jsonLine } from "../access/documents.ts";
import { type Say, sayFor } from "../access/say.ts";
import type { CommandInput, CommandStreams } from "../command.ts";
import { nowSeconds } from "../grants/time-text.ts";
import { nextHints } from "../policy/next-stage.ts";
import { POLICY_HINTS } from "../policy/policy-hints.ts";
import { type CentralPolicy, policyPage } from "../policy/policy-views-text.ts";

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const id = policyIdOf(input);
  const { value, document } = await openClient(input).ask(
    { method: "GET", path: `/v1/policies/${id}`, subject: id, hints: POLICY_HINTS },
    PolicyView,
  );
  streams.stdout.write(input.options.json === true ? jsonLine(document) : policyPage(value, nowSeconds()));
  hintNext(sayFor("policy show", streams), input, value);
  return 0;
}

function hintNext(say: Say, input: CommandInput, policy: CentralPolicy): void {
  const { id, state } = policy;
  if (state !== "proposed") {
    for (const hint of nextHints(input, policy)) say.hint(hint);
    return;
  }
  if (policy.documents.length > 0)
    say.hint(`its documents: ${commandLine(input, `policy show ${id} --json`)} | jq -r '.documents[].text'`);
  say.hint(`decide: ${commandLine(input, `policy approve ${id}`)}`);
  say.hint(`or: ${commandLine(input, `policy deny ${id} --comment WHY`)}`);
}
