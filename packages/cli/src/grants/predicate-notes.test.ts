import { compilePredicate } from "@scrim/grants";
import { expect, test } from "vitest";
import { predicateNotes } from "./predicate-notes.ts";

const notes = (where: string) =>
  predicateNotes(compilePredicate(where)).map(({ kind, message, hint }) => [kind, message, hint] as const);

test("of what spans begin with and no caller writes nothing is said", () => {
  expect(notes("network.peer.address == '10.0.0.1'")).toEqual([]);
});

test("a key that is known later is warned of, with what to do instead", () => {
  const [note, ...more] = notes("tenant.id == '42'");
  expect(note?.[0]).toBe("warning");
  expect(note?.[1]).toContain("tenant.id is not known when a root span begins");
  expect(note?.[2]).toContain("approve(context, attributes)");
  expect(more).toEqual([]);
});

test("a key that takes more than the instrumentation is warned of, with what it takes", () => {
  expect(notes("http.route == '/pay/:id'")[0]?.[1]).toContain("@fastify/otel begins the request's span");
  expect(notes('"a" in attributes["http.request.header.x-tenant"]')[0]?.[1]).toContain("requestHeaders");
});

test("keys that callers write are named together", () => {
  const said = notes("http.request.method == 'POST' && url.path == '/pay'");
  expect(said).toHaveLength(1);
  expect(said[0]?.slice(0, 2)).toEqual([
    "note",
    "callers write http.request.method, url.path: who sends such requests can use the traces up",
  ]);
});
