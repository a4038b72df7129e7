import type { KeyRotation } from "../../bundles/key-rotation.ts";
import { defineRoute, type Route } from "../route.ts";
import { documentAnswer } from "./bundle-routes.ts";

/** The set of keys that may sign, for whoever takes bundles from here. It holds no secrets. */
export function keySetRoute(rotation: KeyRotation): Route {
  return defineRoute({
    id: "getKeySet",
    method: "GET",
    path: "/v1/key-set",
    summary: "The set of keys that may sign bundles, signed by an offline root.",
    answer: { type: "application/octet-stream" },
    handle: async (call) => documentAnswer(rotation.document, call),
  });
}
