import type { ServerResponse } from "node:http";
import * as z from "zod";
import type { Principal } from "../directory/principal.ts";
import type { RefusalReason } from "./refusal.ts";

/** A request that was let in and read. */
export interface Call<Params, Query, Body> {
  readonly principal: Principal;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The route's id. */
  readonly operation: string;
  /** The `Idempotency-Key`, where there is one. */
  readonly key: string | undefined;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
  /** A header, by its name in lower case. */
  header(name: string): string | undefined;
}

/** What is sent: a value as JSON, or bytes with headers of their own. */
export type Answer =
  | { readonly json: unknown; readonly status?: 200 | 201 }
  | {
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly headers: Readonly<Record<string, string>>;
      readonly status?: 200 | 304;
    }
  /** Takes the response over, and sends as long as it likes. */
  | { readonly stream: (response: ServerResponse) => void };

/** One operation of the interface. What serves it, documents it and tests it is made from this. */
export interface Route {
  readonly id: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** As in OpenAPI: `/v1/requests/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** Whether it is served without credentials. */
  readonly isOpen: boolean;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | undefined;
  /** What is answered, for the documentation; `application/json` unless told. */
  readonly answer: { readonly schema: z.ZodType | undefined; readonly type: string; readonly status: number };
  /** Refusals of its own, beside the ones that all have. */
  readonly refuses: readonly RefusalReason[];
  handle(call: Call<never, never, never>): Promise<Answer>;
}

const NOTHING = z.strictObject({});

interface RouteInput<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  readonly id: string;
  readonly method: Route["method"];
  readonly path: string;
  readonly summary: string;
  readonly isOpen?: boolean;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: { readonly schema?: z.ZodType; readonly type?: string; readonly status?: number };
  readonly refuses?: readonly RefusalReason[];
  readonly handle: (call: Call<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Answer>;
}

/** A route whose handler gets what its schemas let through. */
export function defineRoute<
  Params extends z.ZodObject = typeof NOTHING,
  Query extends z.ZodObject = typeof NOTHING,
  Body extends z.ZodType = z.ZodUndefined,
>(input: RouteInput<Params, Query, Body>): Route {
  const { answer, params = NOTHING, query = NOTHING, isOpen = false, refuses = [] } = input;
  return {
    ...input,
    isOpen,
    refuses,
    params,
    query,
    body: input.body,
    answer: {
      schema: answer.schema,
      type: answer.type ?? "application/json",
      status: answer.status ?? 200,
    },
    handle: input.handle as Route["handle"],
  };
}
