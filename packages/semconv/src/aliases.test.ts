import { describe, expect, test } from "vitest";
import { aliasesOf, WORLDS } from "./aliases.ts";
import { CATALOGUE } from "./catalogue.ts";
import { resolveAttribute } from "./resolve.ts";

const ROWS = WORLDS.flatMap((world) =>
  aliasesOf(world).map(([name, entry]) => ({ world: world.name, name, entry })),
);

test.each(WORLDS.map((world) => [world.name, world] as const))(
  "%s says who publishes its names",
  (_, world) => {
    expect(world.source).toMatch(/^(?:https:\/\/|RFC )/);
    expect(aliasesOf(world).length).toBeGreaterThan(0);
  },
);

describe("every name", () => {
  test("gets the class that its table says, unless the conventions have it", () => {
    const torn = ROWS.filter(({ name, entry }) => {
      const resolution = resolveAttribute(name);
      return resolution?.via !== "exact" && resolution?.entry.class !== entry.class;
    });
    expect(torn.map(({ world, name }) => `${world}: ${name}`)).toEqual([]);
  });

  test("stands once in a world, and has one class in all of them", () => {
    const byName = Map.groupBy(ROWS, ({ name }) => name);
    const torn = [...byName].filter(([, rows]) => {
      const worlds = new Set(rows.map(({ world }) => world));
      return worlds.size < rows.length || new Set(rows.map(({ entry }) => entry.class)).size > 1;
    });
    expect(torn.map(([name]) => name)).toEqual([]);
  });

  test("that the conventions have as well agrees with them", () => {
    const torn = ROWS.filter(({ name, entry }) => (CATALOGUE.get(name) ?? entry).class !== entry.class);
    expect(torn.map(({ world, name }) => `${world}: ${name}`)).toEqual([]);
  });
});

test.each([
  ["sourceIPAddress", "client_address"],
  ["httpRequest.remoteIp", "client_address"],
  ["usr.email", "direct_identifier"],
  ["requestObject", "payload"],
  ["cs(Cookie)", "credential"],
  ["level", "harmless"],
  ["host", "infrastructure"],
])("%s is known as a vendor's: %s", (name, sensitivity) => {
  expect(resolveAttribute(name)).toMatchObject({ via: "vendor", entry: { class: sensitivity } });
});

test("a name that a vendor gave means the same below another path where it is sensitive", () => {
  expect(resolveAttribute("event.req.remoteAddress")?.entry.class).toBe("client_address");
  expect(resolveAttribute("order.level")).toBeUndefined();
});
