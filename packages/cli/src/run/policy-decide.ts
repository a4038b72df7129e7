import { PolicyView } from "@scrim/access/client";
import { openClient } from "../access/access-client.ts";
import { policyIdOf } from "../access/access-id.ts";
import { commandLine, FOR_OTHERS } from "../access/command-line.ts";
import { jsonLine } from "../access/documents.ts";
import { sayFor } from "../access/say.ts";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { stageHints } from "../policy/next-stage.ts";
import { POLICY_HINTS } from "../policy/policy-hints.ts";

export const approve = (input: CommandInput, streams: CommandStreams) => decide(input, streams, "approve");
export const deny = (input: CommandInput, streams: CommandStreams) => decide(input, streams, "deny");

async function decide(
  input: CommandInput,
  streams: CommandStreams,
  verb: "approve" | "deny",
): Promise<number> {
  const id = policyIdOf(input);
  const comment = optionText(input, "comment");
  const { value, document } = await openClient(input).ask(
    {
      method: "POST",
      path: `/v1/policies/${id}/${verb}`,
      body: comment === undefined ? {} : { comment },
      subject: id,
      hints: POLICY_HINTS,
    },
    PolicyView,
  );
  streams.stdout.write(input.options.json === true ? jsonLine(document) : `policy ${id} is ${value.state}\n`);
  const say = sayFor(`policy ${verb}`, streams);
  // Who approves need not be among those who stage.
  if (verb === "approve")
    for (const hint of stageHints(input, value, { options: FOR_OTHERS }))
      say.hint(`whoever proposes policies says: ${hint}`);
  else say.hint(`what else waits: ${commandLine(input, "policy list --state proposed")}`);
  return 0;
}
