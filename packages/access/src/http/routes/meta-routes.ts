import * as z from "zod";
import { defineRoute, type Route } from "../route.ts";
import { PrincipalView, principalView } from "../views.ts";

/** What is served about the service itself. */
export function metaRoutes(): readonly Route[] {
  return [
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
  ];
}
