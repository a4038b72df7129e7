import { PolicyView } from "@scrim/access/client";
import { openClient } from "../access/access-client.ts";
import { commandLine, FOR_OTHERS, quoted } from "../access/command-line.ts";
import { jsonLine } from "../access/documents.ts";
import { sayFor } from "../access/say.ts";
import type { CommandInput, CommandStreams } from "../command.ts";
import { stageHints } from "../policy/next-stage.ts";
import { PROPOSAL_HINTS } from "../policy/policy-hints.ts";
import { audienceText, type CentralPolicy, changeLines } from "../policy/policy-views-text.ts";
import { fileOfMember, proposalOf } from "../policy/proposal.ts";

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const client = openClient(input);
  const body = proposalOf(input);
  const check = `scrim policy check ${input.operands.map(quoted).join(" ")}`;
  const hints = { ...PROPOSAL_HINTS, policy: `what is wrong with it: ${check}` };
  const placeOf = (member: string) => fileOfMember(input, member);
  const { value, document } = await client.ask(
    { method: "POST", path: "/v1/policies", body, hints, placeOf },
    PolicyView,
  );
  streams.stdout.write(input.options.json === true ? jsonLine(document) : proposedText(value));
  const say = sayFor("policy propose", streams);
  if (value.state === "proposed")
    say.hint(`an approver says: ${commandLine(input, `policy approve ${value.id}`, FOR_OTHERS)}`);
  else for (const hint of stageHints(input, value)) say.hint(`it needs no approval; ${hint}`);
  return 0;
}

function proposedText(policy: CentralPolicy): string {
  const { id, revision, replaces } = policy;
  const what = replaces === undefined ? "compared with no central policy" : `compared with ${replaces}`;
  const lines = [`policy ${id}: revision ${revision} for ${audienceText(policy)}, ${what}`];
  return `${[...lines, ...changeLines(policy)].join("\n")}\n`;
}
