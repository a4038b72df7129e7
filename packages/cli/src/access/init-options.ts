import { OperatingError } from "@scrim/errors";
import { type CommandInput, optionList } from "../command.ts";

/** Who is to be known to a new control plane. */
export interface FirstPeople {
  readonly people: readonly {
    readonly id: string;
    readonly roles: readonly string[];
    readonly teams: readonly string[];
  }[];
  readonly teams: readonly { readonly id: string; readonly owns: readonly string[] }[];
  readonly workloads: readonly {
    readonly id: string;
    readonly service: string;
    readonly environment: string;
  }[];
}

/** As the directory has ids, and as files may be called. */
const ID = /^[a-z0-9][a-z0-9._@-]{0,63}$/;

/** @throws {OperatingError} `INPUT_INVALID` */
export function firstPeopleOf(input: CommandInput): FirstPeople {
  const members = optionList(input, "team").map((text) => namedList("team", text, "="));
  const owned = optionList(input, "owns").map((text) => namedList("owns", text, "=", isServicePattern));
  const people = optionList(input, "person").map((text) => {
    const { name: id, list: roles } = namedList("person", text, ":");
    return { id, roles, teams: members.filter(({ list }) => list.includes(id)).map(({ name }) => name) };
  });
  const workloads = optionList(input, "workload").map(workloadOf);
  const known = new Set(people.map(({ id }) => id));
  const stranger = members.flatMap(({ list }) => list).find((id) => !known.has(id));
  if (stranger !== undefined)
    throw invalid("team", `${stranger} is no --person`, "name each: --person NAME:ROLE");
  const teams = members.map(({ name }) => name);
  const nobody = owned.find(({ name }) => !teams.includes(name));
  if (nobody !== undefined)
    throw invalid("owns", `${nobody.name} is no --team`, `name who is in it: --team ${nobody.name}=PERSON`);
  checkTwice(
    "person",
    [...people, ...workloads].map(({ id }) => id),
  );
  checkTwice("team", teams);
  return {
    people,
    teams: teams.map((id) => ({
      id,
      owns: owned.filter(({ name }) => name === id).flatMap(({ list }) => list),
    })),
    workloads,
  };
}

const SHAPES = {
  person: "write it like --person alice:engineer",
  team: "write it like --team payments=alice,bob",
  owns: "write it like --owns 'payments=checkout*'",
} as const;

/** `NAME:A,B` */
function namedList(
  option: keyof typeof SHAPES,
  text: string,
  separator: string,
  isItem: (item: string) => boolean = isId,
): { readonly name: string; readonly list: readonly string[] } {
  const at = text.indexOf(separator);
  const name = text.slice(0, at);
  const list = text.slice(at + 1).split(",");
  if (at < 0 || !isId(name) || !list.every(isItem))
    throw invalid(option, "expected a name and a list of names", SHAPES[option]);
  return { name, list: [...new Set(list)] };
}

/** An environment holds no `@`, as a service may. */
function workloadOf(text: string): FirstPeople["workloads"][number] {
  const at = text.lastIndexOf("@");
  const [service, environment] = [text.slice(0, at), text.slice(at + 1)];
  const id = `${service}-${environment}`.toLowerCase().replaceAll(/[^a-z0-9._-]/g, "-");
  if (at > 0 && isServicePattern(service) && isServicePattern(environment) && ID.test(id))
    return { id, service, environment };
  throw invalid(
    "workload",
    "expected a service and its environment",
    "write it like --workload checkout@production",
  );
}

function isId(text: string): boolean {
  return ID.test(text);
}

function isServicePattern(text: string): boolean {
  return text.length <= 256 && /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp},]+$/u.test(text);
}

function checkTwice(option: string, ids: readonly string[]): void {
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw invalid(option, `${twice} is there twice`, "give each a name of its own");
}

function invalid(option: string, message: string, hint: string): OperatingError {
  return new OperatingError("INPUT_INVALID", message, { path: `--${option}`, hint });
}
