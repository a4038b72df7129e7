import { compileGlob } from "@scrim/policy";
import type { DirectoryDocument, Machine, Person, Team, Workload } from "./directory-document.ts";
import type { Principal } from "./principal.ts";

/** Says who callers are, and who belongs to whom. Times are seconds since 1970. */
export interface Directory {
  /**
   * Who has an identity. `actingFor` is whom a machine says to act for, by id: undefined comes back where the directory doesn't say that it may,
   * and where anything but a machine says so.
   */
  principalOf(identity: string, actingFor: string | undefined, nowS: number): Principal | undefined;
  /** The machine that acts for a person by the word of an issuer of tokens, both by identity; undefined where they aren't that, of one tenant. */
  delegateOf(actor: string, subject: string): Principal | undefined;
  /** Ids of the tenant's teams that own a service, sorted. */
  ownersOf(service: string, environment: string, tenant: string): readonly string[];
  /** Ids of the people who belong to a team, sorted. */
  peopleOf(team: string): readonly string[];
}

type Entry =
  | { readonly kind: "person"; readonly entry: Person }
  | { readonly kind: "machine"; readonly entry: Machine }
  | { readonly kind: "workload"; readonly entry: Workload };

interface Owner {
  readonly team: string;
  readonly tenant: string;
  owns(service: string, environment: string): boolean;
}

/** Makes of a document that was checked what answers questions. */
export function compileDirectory(document: DirectoryDocument): Directory {
  const byIdentity = entriesByIdentity(document);
  const people = new Map(document.people.map((person) => [person.id, person]));
  const owners = document.teams.map(ownerOf);
  const members = membersByTeam(document);

  return {
    principalOf(identity, actingFor, nowS) {
      const found = byIdentity.get(identity);
      if (found === undefined) return undefined;
      if (found.kind === "machine") {
        if (actingFor === undefined) return machinePrincipal(found.entry, undefined);
        if (!found.entry.acts_for.includes(actingFor)) return undefined;
        return machinePrincipal(found.entry, people.get(actingFor));
      }
      if (actingFor !== undefined) return undefined;
      return found.kind === "person"
        ? personPrincipal(found.entry, document.teams, nowS)
        : workloadPrincipal(found.entry);
    },
    delegateOf(actor, subject) {
      const machine = byIdentity.get(actor);
      const person = byIdentity.get(subject);
      if (machine?.kind !== "machine" || person?.kind !== "person") return undefined;
      if (machine.entry.tenant !== person.entry.tenant) return undefined;
      return machinePrincipal(machine.entry, person.entry);
    },
    ownersOf: (service, environment, tenant) =>
      owners
        .filter((owner) => owner.tenant === tenant && owner.owns(service, environment))
        .map(({ team }) => team)
        .sort(),
    peopleOf: (team) => members.get(team) ?? [],
  };
}

function entriesByIdentity(document: DirectoryDocument): ReadonlyMap<string, Entry> {
  const entries: Entry[] = [
    ...document.people.map((entry) => ({ kind: "person" as const, entry })),
    ...document.machines.map((entry) => ({ kind: "machine" as const, entry })),
    ...document.workloads.map((entry) => ({ kind: "workload" as const, entry })),
  ];
  return new Map(entries.flatMap((found) => found.entry.identities.map((identity) => [identity, found])));
}

function membersByTeam(document: DirectoryDocument): ReadonlyMap<string, readonly string[]> {
  return new Map(
    document.teams.map(({ id }) => [
      id,
      document.people
        .filter(({ teams }) => teams.includes(id))
        .map((person) => person.id)
        .sort(),
    ]),
  );
}

function ownerOf({ id, tenant, owns }: Team): Owner {
  const places = owns.map(({ service, environment }) => ({
    service: compileGlob(service),
    environment: compileGlob(environment),
  }));
  return {
    team: id,
    tenant,
    owns: (service, environment) =>
      places.some((place) => place.service.matches(service) && place.environment.matches(environment)),
  };
}

function personPrincipal(person: Person, teams: readonly Team[], nowS: number): Principal {
  const { id, tenant, roles } = person;
  const isOnCall = (team: Team) =>
    team.on_call.some((turn) => turn.person === id && turn.from <= nowS && nowS < turn.until);
  return {
    kind: "person",
    id,
    tenant,
    people: [id],
    roles,
    teams: person.teams,
    onCall: teams.filter(isOnCall).map((team) => team.id),
    services: [],
  };
}

/**
 * A machine that acts for somebody has the roles and teams that both have: neither lends the other what it may do alone. Nor is it on call, though
 * the person may be.
 */
function machinePrincipal(machine: Machine, person: Person | undefined): Principal {
  const { id, tenant, owners } = machine;
  const shared = (own: readonly string[], theirs: readonly string[] | undefined) =>
    theirs === undefined ? own : own.filter((each) => theirs.includes(each));
  return {
    kind: "machine",
    id,
    tenant,
    ...(person !== undefined && { actingFor: person.id }),
    people: [...new Set([...(person === undefined ? [] : [person.id]), ...owners])],
    roles: shared(machine.roles, person?.roles),
    teams: shared(machine.teams, person?.teams),
    onCall: [],
    services: [],
  };
}

/** Nobody is behind a process of a service, and it has no roles: what it may do is the same for all. */
function workloadPrincipal({ id, tenant, services }: Workload): Principal {
  return { kind: "workload", id, tenant, people: [], roles: [], teams: [], onCall: [], services };
}
