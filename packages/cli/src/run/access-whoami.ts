import { PrincipalView } from "@scrim/access/client";
import { openClient } from "../access/access-client.ts";
import { commandLine } from "../access/command-line.ts";
import { jsonLine } from "../access/documents.ts";
import { pageOf } from "../access/page.ts";
import { sayFor } from "../access/say.ts";
import type { CommandInput, CommandStreams } from "../command.ts";
import { escapeUnsafe } from "../reveal/escape-unsafe.ts";

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const { value, document } = await openClient(input).ask(
    { method: "GET", path: "/v1/whoami" },
    PrincipalView,
  );
  const { kind, id, tenant, acting_for, people, roles, teams, on_call } = value;
  const list = (texts: readonly string[]) => [texts.length === 0 ? "none" : escapeUnsafe(texts.join(", "))];
  streams.stdout.write(
    input.options.json === true
      ? jsonLine(document)
      : pageOf([
          [kind, [escapeUnsafe(id)]],
          ["tenant", [escapeUnsafe(tenant)]],
          ["acts for", acting_for === undefined ? [] : [escapeUnsafe(acting_for)]],
          ["people", kind === "person" ? [] : list(people)],
          ["roles", list(roles)],
          ["teams", list(teams)],
          ["on call", on_call.length === 0 ? [] : list(on_call)],
        ]),
  );
  const say = sayFor("access whoami", streams);
  const next = roles.includes("approver") ? "access list --state pending" : "access services";
  say.hint(
    `${roles.includes("approver") ? "what waits for a decision" : "what there is"}: ${commandLine(input, next)}`,
  );
  return 0;
}
