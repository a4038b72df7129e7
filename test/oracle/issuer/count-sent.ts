import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { IssuedRequest } from "./journal.ts";

const UNDER_WAY = new AsyncLocalStorage<IssuedRequest>();

/** Exporters send a request several times without saying so: whoever makes an HTTP request below `send` is counted. */
export function countingSent<T>(request: IssuedRequest, send: () => T): T {
  return UNDER_WAY.run(request, send);
}

subscribe("http.client.request.created", () => {
  const request = UNDER_WAY.getStore();
  if (request !== undefined) request.sent++;
});
