import { readFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import { RECIPIENTS_MAX, readPublicKey } from "@scrim/grants";
import { type CommandInput, type CommandStreams, optionList, optionText } from "../command.ts";
import { counted } from "../counted.ts";
import {
  changeStore,
  findService,
  type GrantStore,
  isSame,
  type ServiceName,
  ServiceNameSchema,
  type StoredService,
} from "../grants/grant-store.ts";
import { codeOf } from "../grants/private-file.ts";
import { checkedOption, storeOf } from "../grants/store-option.ts";
import { nowSeconds } from "../grants/time-text.ts";

type StoredKey = StoredService["keys"][number];

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const name: ServiceName = {
    service: nameOption("service", optionText(input, "service")),
    environment: nameOption("environment", optionText(input, "environment")),
  };
  const removed = optionList(input, "remove");
  const added = optionList(input, "key").map(readKey);
  if (added.length + removed.length === 0) {
    throw new OperatingError("INPUT_INVALID", "one of --key FILE and --remove ID is required", {
      hint: "scrim grant enrol --help",
    });
  }
  let keys: readonly StoredKey[] = [];
  await changeStore(storeOf(input), nowSeconds(), (store) => {
    keys = keysAfter(findService(store, name)?.keys ?? [], added, removed);
    return withKeys(store, name, keys);
  });
  const ids = keys.map(({ id }) => id).join(", ");
  stdout.write(
    keys.length === 0
      ? `${name.service} in ${name.environment} is not enrolled any more\n`
      : `${name.service} in ${name.environment} is enrolled with ${counted(keys.length, "key")}: ${ids}\n`,
  );
  return 0;
}

function nameOption(option: "service" | "environment", text: string | undefined): string {
  const schema = ServiceNameSchema.shape[option];
  return checkedOption(schema, option, text, "1 to 256 characters, without control characters and *");
}

function readKey(path: string): StoredKey {
  let pem: string;
  try {
    pem = readFileSync(path, "utf8");
  } catch (cause) {
    throw new OperatingError("CONFIG_UNREADABLE", `can't be read (${codeOf(cause)})`, { path, cause });
  }
  const { id, key } = readPublicKey("service", pem, path);
  const publicKey = key.export({ type: "spki", format: "pem" }).toString(); // the key alone, whatever else the file holds
  return { id, public_key: publicKey, enrolled_at: nowSeconds() };
}

function keysAfter(
  before: readonly StoredKey[],
  added: readonly StoredKey[],
  removed: readonly string[],
): readonly StoredKey[] {
  const keys = new Map([...before, ...added].map((key) => [key.id, key]));
  for (const id of removed) {
    if (!keys.delete(id)) {
      throw new OperatingError("INPUT_INVALID", "the service has no key of this id", {
        path: "--remove",
        hint: keys.size === 0 ? "it has none" : `its keys are: ${[...keys.keys()].join(", ")}`,
      });
    }
  }
  if (keys.size > RECIPIENTS_MAX) {
    throw new OperatingError("INPUT_INVALID", `a service has at most ${RECIPIENTS_MAX} keys`, {
      path: "--key",
      hint: "remove the old ones with --remove ID",
    });
  }
  return [...keys.values()];
}

function withKeys(store: GrantStore, name: ServiceName, keys: readonly StoredKey[]): GrantStore {
  const others = store.services.filter((service) => !isSame(service, name));
  return { ...store, services: keys.length === 0 ? others : [...others, { ...name, keys: [...keys] }] };
}
