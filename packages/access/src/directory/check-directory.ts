import { didYouMean, OperatingError } from "@scrim/errors";
import type { DirectoryDocument } from "./directory-document.ts";

const KINDS = ["people", "machines", "workloads", "teams"] as const;

/**
 * Checks what no entry can tell by itself: each id is there once, each identity is one caller's, and whoever is named exists and is of
 * the same tenant.
 *
 * @throws {OperatingError} `CONFIG_INVALID` with the path of the first wrong key
 */
export function checkDirectory(document: DirectoryDocument): void {
  checkIds(document);
  checkIdentities(document);
  const people = tenantsById(document.people);
  const teams = tenantsById(document.teams);
  document.people.forEach((person, at) => {
    checkNamed(person.teams, teams, person.tenant, `people.${at}.teams`, "team");
  });
  document.machines.forEach((machine, at) => {
    checkNamed(machine.owners, people, machine.tenant, `machines.${at}.owners`, "person");
    checkNamed(machine.acts_for, people, machine.tenant, `machines.${at}.acts_for`, "person");
    checkNamed(machine.teams, teams, machine.tenant, `machines.${at}.teams`, "team");
  });
  document.teams.forEach((team, at) => {
    const path = `teams.${at}.on_call`;
    team.on_call.forEach(({ person, from, until }, turn) => {
      checkNamed([person], people, team.tenant, `${path}.${turn}.person`, "person");
      if (until <= from) throw invalid(`${path}.${turn}.until`, "must be after from");
    });
  });
}

/** Over all kinds: whoever reads an id alone knows whom it names. */
function checkIds(document: DirectoryDocument): void {
  const tenants = new Set(document.tenants);
  const known = new Map<string, string>();
  for (const kind of KINDS) {
    document[kind].forEach(({ id, tenant }, at) => {
      const other = known.get(id);
      if (other !== undefined) throw invalid(`${kind}.${at}.id`, `"${id}" is the id of ${other} already`);
      known.set(id, `${kind}.${at}`);
      if (!tenants.has(tenant))
        throw invalid(
          `${kind}.${at}.tenant`,
          `there is no tenant "${tenant}"`,
          `name it under tenants, which are: ${[...tenants].join(", ")}`,
        );
    });
  }
}

function checkIdentities(document: DirectoryDocument): void {
  const known = new Map<string, string>();
  for (const kind of ["people", "machines", "workloads"] as const) {
    document[kind].forEach(({ identities }, at) => {
      identities.forEach((identity, index) => {
        const other = known.get(identity);
        if (other !== undefined)
          throw invalid(`${kind}.${at}.identities.${index}`, `this identity is that of ${other} already`);
        known.set(identity, `${kind}.${at}`);
      });
    });
  }
}

function tenantsById(
  entries: readonly { readonly id: string; readonly tenant: string }[],
): ReadonlyMap<string, string> {
  return new Map(entries.map(({ id, tenant }) => [id, tenant]));
}

function checkNamed(
  names: readonly string[],
  known: ReadonlyMap<string, string>,
  tenant: string,
  path: string,
  what: string,
): void {
  for (const name of names) {
    const found = known.get(name);
    if (found === tenant) continue;
    if (found !== undefined) throw invalid(path, `the ${what} "${name}" is of another tenant`);
    const meant = didYouMean(name, [...known.keys()]);
    throw invalid(
      path,
      `there is no ${what} "${name}"`,
      meant === undefined ? undefined : `did you mean "${meant}"?`,
    );
  }
}

function invalid(path: string, message: string, hint?: string): OperatingError {
  return new OperatingError("CONFIG_INVALID", message, { path, ...(hint !== undefined && { hint }) });
}
