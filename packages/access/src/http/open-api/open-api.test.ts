import { expect, test } from "vitest";
import * as z from "zod";
import { defineRoute } from "../route.ts";
import { docsPage } from "./docs-page.ts";
import { openApiDocument, refusalsOf } from "./open-api-document.ts";

const ROUTE = defineRoute({
  id: "pay",
  method: "POST",
  path: "/v1/payments/{id}",
  summary: "Pays <once>.",
  params: z.strictObject({ id: z.string() }),
  body: z.strictObject({ sum: z.int() }).meta({ id: "Payment" }),
  answer: { schema: z.strictObject({ id: z.string() }).meta({ id: "Receipt" }), status: 201 },
  refuses: ["quota"],
  handle: async () => ({ json: { id: "r-1" }, status: 201 }),
});
const OPEN = defineRoute({
  id: "health",
  method: "GET",
  path: "/v1/health",
  summary: "Answers.",
  isOpen: true,
  answer: { schema: z.strictObject({}) },
  handle: async () => ({ json: {} }),
});

interface Operation {
  readonly requestBody: Content;
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
  readonly parameters: readonly { readonly name: string }[];
  readonly security?: readonly unknown[];
}
interface Content {
  readonly content: Readonly<Record<string, { readonly schema: unknown }>>;
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

test("a route is documented with what it takes, answers and refuses", () => {
  const document = openApiDocument([ROUTE, OPEN]) as OpenApi;
  expect(document.openapi).toBe("3.1.1");
  const post = document.paths["/v1/payments/{id}"]!.post!;
  expect(post.requestBody.content["application/json"]?.schema).toEqual({
    $ref: "#/components/schemas/Payment",
  });
  expect(post.responses["201"]?.content["application/json"]?.schema).toEqual({
    $ref: "#/components/schemas/Receipt",
  });
  expect(post.responses["403"]?.description).toContain("`quota`");
  expect(post.parameters.map(({ name }) => name)).toEqual(["id", "Scrim-Acting-For", "Idempotency-Key"]);
});

test("what is served without credentials says so, and needs none", () => {
  const document = openApiDocument([ROUTE, OPEN]) as OpenApi;
  expect(document.paths["/v1/health"]?.get?.security).toEqual([]);
  expect(refusalsOf(OPEN)).not.toContain("unauthenticated");
  expect(refusalsOf(ROUTE)).toContain("unauthenticated");
});

test("the page shows text as text", () => {
  const page = docsPage([ROUTE]);
  expect(page).toContain("Pays &lt;once>.");
  expect(page).toContain("<code>201 Receipt</code>");
});
