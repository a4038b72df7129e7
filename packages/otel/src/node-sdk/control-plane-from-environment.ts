import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import type { Audience, Key } from "@scrim/grants";
import { listOf, textOf } from "./environment.ts";

/** What a process says of itself to the control plane, and how it finds it: by environment variables. */

/** @throws {OperatingError} `CONFIG_INVALID` where a name is not set */
export function audienceFromEnvironment(): Audience {
  const service = textOf("OTEL_SERVICE_NAME") ?? resourceAttribute("service.name");
  const environment = resourceAttribute("deployment.environment.name");
  if (service === undefined)
    throw missing("OTEL_SERVICE_NAME", "grants and policies are for a service: set its name");
  if (environment === undefined) {
    throw missing(
      "OTEL_RESOURCE_ATTRIBUTES",
      "grants and policies are for an environment: add deployment.environment.name=production",
    );
  }
  return { service, environment };
}

const BY_CHANCE = randomUUID();

/** Tells processes of a service apart: `service.instance.id`, or one by chance. */
export function instanceFromEnvironment(): string {
  return resourceAttribute("service.instance.id") ?? BY_CHANCE;
}

/** `key=value` between commas, percent-encoded (OpenTelemetry resource SDK). */
function resourceAttribute(name: string): string | undefined {
  for (const pair of listOf("OTEL_RESOURCE_ATTRIBUTES")) {
    const [key, value] = pair.split("=", 2).map((part) => part.trim());
    if (key === name && value) return decoded(value);
  }
  return undefined;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** `https://access.internal` → `https://access.internal/v1/bundles/…` */
export function below(url: string, path: string, variable: string): string {
  if (!URL.canParse(url)) {
    throw new OperatingError("CONFIG_INVALID", "no URL", {
      path: variable,
      hint: "write it like: https://access.internal",
    });
  }
  return `${url.replace(/\/+$/, "")}/v1/${path}`;
}

/** The token in the file that a variable names, as a header. Read each time, so that it may be rotated. */
export function authorizationBy(variable: string): () => string | undefined {
  return () => {
    const file = textOf(variable);
    if (file === undefined) return undefined;
    try {
      return `Bearer ${readFileSync(file, "utf8").trim()}`;
    } catch {
      return undefined; // the server refuses, which is told
    }
  };
}

/** @throws {OperatingError} `CONFIG_INVALID`, `CONFIG_UNREADABLE`, `KEY_INVALID` */
export function keysIn(variable: string, read: (pem: string, path: string) => Key): readonly Key[] {
  const files = listOf(variable);
  if (files.length === 0)
    throw missing(variable, "name the file of a key; make one with: scrim grant keygen");
  return files.map((file) => {
    let pem: string;
    try {
      pem = readFileSync(file, "utf8");
    } catch (cause) {
      throw new OperatingError("CONFIG_UNREADABLE", "can't read the key", { path: file, cause });
    }
    return read(pem, file);
  });
}

/** A variable that is needed. */
export function missing(path: string, hint: string): OperatingError {
  return new OperatingError("CONFIG_INVALID", "is not set", { path, hint });
}
