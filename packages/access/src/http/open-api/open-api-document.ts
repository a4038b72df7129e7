import type * as z from "zod";
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from "zod-openapi";
import { REFUSALS, type RefusalReason } from "../refusal.ts";
import type { Route } from "../route.ts";
import { Problem } from "./problem-schema.ts";

/** Refusals that all routes have; those with a body have more. */
const ALWAYS: readonly RefusalReason[] = ["foreign_host", "method", "slow", "header_size", "unavailable"];
const WITH_CREDENTIALS: readonly RefusalReason[] = ["unauthenticated"];
const WITH_INPUT: readonly RefusalReason[] = ["invalid"];
const WITH_BODY: readonly RefusalReason[] = ["malformed", "too_large", "content_type"];

/** All that a route may refuse with, in the order of status. */
export function refusalsOf(route: Route): readonly RefusalReason[] {
  const hasInput =
    route.body !== undefined ||
    [route.params, route.query].some((schema) => Object.keys(schema.shape).length > 0);
  const reasons = new Set([
    ...ALWAYS,
    ...(route.isOpen ? [] : WITH_CREDENTIALS),
    ...(hasInput ? WITH_INPUT : []),
    ...(route.body === undefined ? [] : WITH_BODY),
    ...route.refuses,
  ]);
  return [...reasons].sort((one, other) => REFUSALS[one].status - REFUSALS[other].status);
}

/** The interface in OpenAPI 3.1, made from the routes that serve it. */
export function openApiDocument(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  }
  return createDocument({
    openapi: "3.1.1",
    info: {
      title: "Scrim access",
      version: "1",
      description:
        "Just-in-time access to telemetry: requests, decisions, grants that end, and the bundles that carry them to services.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }, { certificate: [] }],
    paths: paths as ZodOpenApiPathsObject,
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "A token of the token file, or a JWT of an issuer.",
        },
        certificate: { type: "mutualTLS", description: "A client's certificate." },
      },
    },
  });
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { id, summary, answer, body, isOpen, method } = route;
  const header = { in: "header", schema: { type: "string" as const } } as const;
  const parameters = [
    ...(isOpen
      ? []
      : [
          {
            ...header,
            name: "Scrim-Acting-For",
            description: "Whom a machine acts for, where the directory says that it may.",
          },
        ]),
    ...(method === "GET" || body === undefined
      ? []
      : [
          {
            ...header,
            name: "Idempotency-Key",
            description: "The same request again is the same one, for a day.",
          },
        ]),
  ];
  return {
    operationId: id,
    summary,
    ...(isOpen && { security: [] }),
    requestParams: {
      ...(hasKeys(route.params) && { path: route.params }),
      ...(hasKeys(route.query) && { query: route.query }),
    },
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { "application/json": { schema: body } } },
    }),
    responses: {
      [`${answer.status}`]: {
        description: "Done.",
        content: { [answer.type]: answer.schema === undefined ? {} : { schema: answer.schema } },
      },
      ...problemResponses(route),
    } as ZodOpenApiResponsesObject,
  };
}

/** By status, with the reasons that it may have. */
function problemResponses(route: Route): Record<string, ZodOpenApiResponseObject> {
  const byStatus = new Map<number, RefusalReason[]>();
  for (const reason of refusalsOf(route)) {
    const { status } = REFUSALS[reason];
    byStatus.set(status, [...(byStatus.get(status) ?? []), reason]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, reasons]) => [
      String(status),
      {
        description: reasons.map((reason) => `\`${reason}\`: ${REFUSALS[reason].title}.`).join(" "),
        content: { "application/problem+json": { schema: Problem } },
      },
    ]),
  );
}

function hasKeys(schema: z.ZodObject): boolean {
  return Object.keys(schema.shape).length > 0;
}
