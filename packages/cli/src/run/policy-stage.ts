import { PolicyView } from "@scrim/access/client";
import { openClient } from "../access/access-client.ts";
import { policyIdOf } from "../access/access-id.ts";
import { jsonLine } from "../access/documents.ts";
import { sayFor } from "../access/say.ts";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { invalid } from "../grants/capture-scope.ts";
import { nextHints } from "../policy/next-stage.ts";
import { POLICY_HINTS } from "../policy/policy-hints.ts";
import type { CentralPolicy } from "../policy/policy-views-text.ts";

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const id = policyIdOf(input);
  const share = shareOf(optionText(input, "share") ?? "");
  const { value, document } = await openClient(input).ask(
    {
      method: "POST",
      path: `/v1/policies/${id}/stage`,
      body: { share },
      subject: id,
      hints: POLICY_HINTS,
    },
    PolicyView,
  );
  streams.stdout.write(input.options.json === true ? jsonLine(document) : stagedText(value));
  const say = sayFor("policy stage", streams);
  for (const hint of nextHints(input, value)) say.hint(hint);
  return 0;
}

function shareOf(text: string): number {
  const share = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (share <= 100) return share;
  throw invalid("share", "expected percent, a whole number from 0 to 100", "write it like --share 10");
}

function stagedText({ id, state, share, replaces, documents }: CentralPolicy): string {
  if (state === "staged") return `policy ${id} is to run on ${share}% of the processes\n`;
  if (state !== "current") return `policy ${id} is ${state}, and to run on none of the processes\n`;
  if (documents.length === 0) return `policy ${id} is current: processes have their local policies\n`;
  return `policy ${id} is current${replaces === undefined ? "" : `, in the place of ${replaces}`}\n`;
}
