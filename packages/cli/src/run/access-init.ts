import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { AccessConfig, parseDirectory } from "@scrim/access";
import { OperatingError } from "@scrim/errors";
import { isLoopback, parseEndpoint } from "@scrim/gateway";
import { parseSection, readYaml } from "@scrim/pipeline";
import { firstPeopleOf } from "../access/init-options.ts";
import { type NewFile, newControlPlane } from "../access/new-control-plane.ts";
import { writeNewFolder } from "../access/new-folder.ts";
import { sayFor } from "../access/say.ts";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { ROLES } from "../commands/access-init.ts";

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const folder = input.operands[0] ?? ".";
  const say = sayFor("access init", streams);
  const listen = optionText(input, "listen") ?? "";
  const endpoint = parseEndpoint(listen);
  if (endpoint === undefined) {
    throw new OperatingError("INPUT_INVALID", "expected host:port", {
      path: "--listen",
      hint: 'write it like "127.0.0.1:4330" or "[::1]:4330"',
    });
  }
  const log = optionText(input, "log") ?? `scrim-access-${randomBytes(4).toString("hex")}/audit`;
  const first = firstPeopleOf(input);
  const { files, signingKey } = newControlPlane({ ...first, listen, log });
  checkReadable(files);
  writeNewFolder(folder, files);

  const { people, workloads } = first;
  const who = [
    ...people.map(({ id, roles }) => [id, roles.join(", ")] as const),
    ...workloads.map(({ id, service, environment }) => [id, `${service} in ${environment}`] as const),
  ];
  const width = Math.max(...who.map(([id]) => id.length)) + ".token".length;
  streams.stdout.write(
    `a control plane in ${folder}: signing key ${signingKey}, audit log ${log}\n${who
      .map(([id, what]) => `${`${id}.token`.padEnd(width)}  ${what}\n`)
      .join("")}`,
  );
  const unknown = [...new Set(people.flatMap(({ roles }) => roles))].filter((role) => !ROLES.includes(role));
  if (unknown.length > 0) {
    say.warning(`no policy of scrim's own knows the role ${unknown.join(", ")}`);
    say.hint(`known are: ${ROLES.join(", ")}; change them in ${join(folder, "directory.yaml")}`);
  }
  if (!isLoopback(endpoint.host))
    say.note("other machines need TLS: give tls.cert_file and tls.key_file in access.yaml");
  say.hint(`start it: scrim access serve --config ${join(folder, "access.yaml")}`);
  return 0;
}

/** What is written has to be what is read: a mistake of ours is found here, and not at the first start. */
function checkReadable(files: readonly NewFile[]): void {
  const text = (name: string) => files.find((file) => file.name === name)!.text;
  parseSection(AccessConfig, readYaml(text("access.yaml")), "access.yaml");
  parseDirectory(text("directory.yaml"));
}
