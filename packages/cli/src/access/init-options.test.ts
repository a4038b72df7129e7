import { parseDirectory } from "@scrim/access";
import { OperatingError } from "@scrim/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import { firstPeopleOf } from "./init-options.ts";
import { newControlPlane } from "./new-control-plane.ts";

const inputOf = (options: Record<string, readonly string[]>) => ({ options, operands: [] });

test("teams know their people and services", () => {
  const { people, teams, workloads } = firstPeopleOf(
    inputOf({
      person: ["alice:engineer", "bob:approver,admin"],
      team: ["payments=alice,bob", "security=bob"],
      owns: ["payments=checkout*,billing"],
      workload: ["checkout@production"],
    }),
  );
  expect(people).toEqual([
    { id: "alice", roles: ["engineer"], teams: ["payments"] },
    { id: "bob", roles: ["approver", "admin"], teams: ["payments", "security"] },
  ]);
  expect(teams).toEqual([
    { id: "payments", owns: ["checkout*", "billing"] },
    { id: "security", owns: [] },
  ]);
  expect(workloads).toEqual([{ id: "checkout-production", service: "checkout", environment: "production" }]);
});

/** Near enough to what is meant that much of it is accepted, and with all that may break a document or a path. */
const word = fc.oneof(
  fc.stringMatching(/^[a-z0-9][a-z0-9._@-]{0,8}$/),
  fc.constantFrom("", "..", "../a", 'a"b', "a\nb", "a: b", "#", "ä", "\u202e", "- a", "[a]", "a,b"),
);
const joined = (separator: string) => fc.tuple(word, word).map((parts) => parts.join(separator));
const options = fc.record({
  person: fc.array(joined(":"), { minLength: 1, maxLength: 3 }),
  team: fc.array(joined("="), { maxLength: 1 }),
  owns: fc.array(joined("="), { maxLength: 1 }),
  workload: fc.array(joined("@"), { maxLength: 2 }),
});

test("whatever options say, the directory can be read and has nobody else, or they are refused", () => {
  let accepted = 0;
  fc.assert(
    fc.property(options, (given) => {
      try {
        const first = firstPeopleOf(inputOf(given));
        const { files } = newControlPlane({ ...first, listen: "127.0.0.1:4330", log: "shop.example/access" });
        for (const { name } of files) expect(name).toMatch(/^[a-z0-9][a-z0-9._@-]*$/);
        expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
        const directory = parseDirectory(files.find(({ name }) => name === "directory.yaml")!.text);
        for (const { id, roles } of first.people)
          expect(directory.principalOf(`token:${id}`, undefined, 0)?.roles).toEqual(roles);
        accepted++;
      } catch (error) {
        if (!(error instanceof OperatingError)) throw error;
        expect(error.code).toBe("INPUT_INVALID");
      }
    }),
    { numRuns: 1_000 }, // few are accepted
  );
  expect(accepted).toBeGreaterThan(0);
});
