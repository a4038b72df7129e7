import * as z from "zod";
import type { ControlPlane } from "../../control-plane.ts";
import {
  enrolService,
  removeService,
  ServiceInputSchema,
  ServiceView,
  serviceResource,
  serviceView,
} from "../../services/enrol-service.ts";
import { readableOf } from "../readable.ts";
import { Refusal } from "../refusal.ts";
import { defineRoute, type Route } from "../route.ts";

const Name = z.string().min(1).max(256);
const ServiceName = z.strictObject({ service: Name, environment: Name });

const ServiceList = z
  .strictObject({
    services: z.array(ServiceView),
    next: z.string().optional().meta({ description: "For `after`: there are more." }),
  })
  .meta({ id: "ServiceList", description: "Services that are enrolled." });

/** Services: enrolled, listed, removed. */
export function serviceRoutes(plane: ControlPlane): readonly Route[] {
  const { control } = plane;
  return [
    defineRoute({
      id: "enrolService",
      method: "POST",
      path: "/v1/services",
      summary: "Enrols a service, or one more key of one.",
      body: ServiceInputSchema,
      answer: { schema: ServiceView, status: 201 },
      refuses: ["forbidden", "state", "key_reused"],
      handle: async ({ principal, operation, key, body }) => {
        const asked = key === undefined ? undefined : { key, operation, asked: body };
        const service = await plane.perform(principal, asked, {
          do: (act) => enrolService(control, act, body),
          again: async (subject, { transaction }) => (await transaction.get("service", subject)) ?? gone(),
        });
        return { status: 201, json: serviceView(control, service) };
      },
    }),
    defineRoute({
      id: "listServices",
      method: "GET",
      path: "/v1/services",
      summary: "Lists enrolled services that the caller may see.",
      query: z.strictObject({
        after: z.string().max(1_024).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(200),
      }),
      answer: { schema: ServiceList },
      handle: async ({ principal, query }) => {
        const { documents, next } = await readableOf(
          plane,
          "service",
          { tenant: principal.tenant },
          query.after,
          query.limit,
          ({ tenant, service, environment }) =>
            control.authorize(
              principal,
              "service.read",
              serviceResource(control, tenant, service, environment),
            ).isAllowed,
        );
        const services = documents.map((service) => serviceView(control, service));
        return { json: { services, ...(next !== undefined && { next }) } };
      },
    }),
    defineRoute({
      id: "removeService",
      method: "DELETE",
      path: "/v1/services/{service}/{environment}",
      summary: "Removes a service, or with `key` one key of it.",
      params: ServiceName,
      query: z.strictObject({
        key: z
          .string()
          .regex(/^[0-9a-f]{16}$/)
          .optional(),
      }),
      answer: { schema: z.strictObject({}) },
      refuses: ["unknown", "forbidden"],
      handle: async ({ principal, operation, key, params, query }) => {
        const asked = key === undefined ? undefined : { key, operation, asked: { params, query } };
        await plane.perform(principal, asked, {
          do: (act) => removeService(control, act, params.service, params.environment, query.key),
          again: async () => {},
        });
        return { json: {} };
      },
    }),
  ];
}

function gone(): never {
  throw new Refusal("unknown");
}
