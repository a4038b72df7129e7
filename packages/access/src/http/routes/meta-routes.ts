import * as z from "zod";
import { docsPage } from "../open-api/docs-page.ts";
import { openApiDocument } from "../open-api/open-api-document.ts";
import { defineRoute, type Route } from "../route.ts";
import { PrincipalView, principalView } from "../views.ts";

/** What is served about the service itself, and about all other routes. */
export function metaRoutes(others: readonly Route[]): readonly Route[] {
  const routes: Route[] = [
    defineRoute({
      id: "whoami",
      method: "GET",
      path: "/v1/whoami",
      summary: "Says who calls, as the directory knows them.",
      answer: { schema: PrincipalView },
      handle: async ({ principal }) => ({ json: principalView(principal) }),
    }),
    defineRoute({
      id: "health",
      method: "GET",
      path: "/v1/health",
      summary: "Answers while the service runs.",
      isOpen: true,
      answer: { schema: z.strictObject({ status: z.literal("serving") }) },
      handle: async () => ({ json: { status: "serving" } }),
    }),
    defineRoute({
      id: "openApi",
      method: "GET",
      path: "/v1/openapi.json",
      summary: "This interface, in OpenAPI 3.1.",
      isOpen: true,
      answer: { schema: z.record(z.string(), z.unknown()) },
      handle: async () => ({ json: (document ??= openApiDocument(all())) }),
    }),
    defineRoute({
      id: "docs",
      method: "GET",
      path: "/docs",
      summary: "This interface, as a page.",
      isOpen: true,
      answer: { type: "text/html" },
      handle: async () => ({ bytes: new Uint8Array(Buffer.from(docsPage(all()))), headers: PAGE_HEADERS }),
    }),
  ];
  let document: object | undefined;
  const all = () => [...routes, ...others];
  return routes;
}

const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};
