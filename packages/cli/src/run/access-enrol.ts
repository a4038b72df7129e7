import { readFileSync } from "node:fs";
import { ServiceView } from "@scrim/access/client";
import { OperatingError } from "@scrim/errors";
import { readPublicKey } from "@scrim/grants";
import * as z from "zod";
import { type AccessClient, openClient } from "../access/access-client.ts";
import { commandLine, FOR_OTHERS, quoted } from "../access/command-line.ts";
import { jsonLine } from "../access/documents.ts";
import { sayFor } from "../access/say.ts";
import { type CommandInput, type CommandStreams, optionList, optionText } from "../command.ts";
import { counted } from "../counted.ts";
import { codeOf } from "../grants/private-file.ts";
import { escapeUnsafe } from "../reveal/escape-unsafe.ts";

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const [service, environment] = ["service", "environment"].map((name) => optionText(input, name) ?? "");
  const keys = optionList(input, "public-key").map(readKey);
  const removed = optionList(input, "remove").map(keyIdOf);
  if (keys.length + removed.length === 0) {
    throw new OperatingError("INPUT_INVALID", "one of --public-key FILE and --remove ID is required", {
      hint: "make a key: scrim grant keygen service --out NAME",
    });
  }
  const client = openClient(input);
  const name = { service: service!, environment: environment! };
  let answer: unknown;
  let text = "";
  for (const public_key of keys) {
    const body = { ...name, public_key };
    const { value, document } = await client.ask({ method: "POST", path: "/v1/services", body }, ServiceView);
    const ids = value.keys.map(({ id }) => id).join(", ");
    answer = document;
    text = `${name.service} in ${name.environment} is enrolled with ${counted(value.keys.length, "key")}: ${ids}\n`;
  }
  for (const key of removed) {
    answer = await removeKey(client, name, key);
    text = `${name.service} in ${name.environment} has no key ${key} any more\n`;
  }
  streams.stdout.write(input.options.json === true ? jsonLine(answer) : `${escapeUnsafe(text.trimEnd())}\n`);
  const next =
    removed.length > 0
      ? commandLine(input, "access services")
      : commandLine(
          input,
          `access request capture --service ${quoted(service!)} --environment ${quoted(environment!)} --where "url.path == '/pay'" --traces 5 --for 15m --reason WHY`,
          FOR_OTHERS,
        );
  sayFor("access enrol", streams).hint(
    `${removed.length > 0 ? "what is enrolled" : "an engineer may ask now"}: ${next}`,
  );
  return 0;
}

async function removeKey(
  client: AccessClient,
  { service, environment }: { readonly service: string; readonly environment: string },
  key: string,
): Promise<unknown> {
  const path = `/v1/services/${encodeURIComponent(service)}/${encodeURIComponent(environment)}`;
  const { document } = await client.ask({ method: "DELETE", path, query: { key } }, z.object({}));
  return document;
}

function readKey(path: string): string {
  let pem: string;
  try {
    pem = readFileSync(path, "utf8");
  } catch (cause) {
    throw new OperatingError("CONFIG_UNREADABLE", `can't be read (${codeOf(cause)})`, {
      path,
      hint: "make one: scrim grant keygen service --out NAME",
      cause,
    });
  }
  // The key alone leaves this machine, whatever else the file holds.
  return readPublicKey("service", pem, path).key.export({ type: "spki", format: "pem" }).toString();
}

function keyIdOf(text: string): string {
  if (/^[0-9a-f]{16}$/.test(text)) return text;
  throw new OperatingError("INPUT_INVALID", "is no id of a key", {
    path: "--remove",
    hint: "which there are: scrim access services",
  });
}
