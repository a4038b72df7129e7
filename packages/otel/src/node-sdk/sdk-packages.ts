import { createRequire } from "node:module";
import { join } from "node:path";
import { OperatingError } from "@scrim/errors";

const SDK_NODE = "@opentelemetry/sdk-node";

/** Packages of the application's OpenTelemetry SDK, in the very copies that its `sdk-node` uses. */
export class SdkPackages {
  /** Where `@opentelemetry/sdk-node` is. */
  readonly path: string;
  readonly #fromSdk: NodeJS.Require;

  /** @throws {OperatingError} where the application has no `@opentelemetry/sdk-node` */
  constructor() {
    const found = resolveFirst(SDK_NODE, placesToLook());
    if (found === undefined) {
      throw new OperatingError("SDK_MISSING", `${SDK_NODE} is not installed`, {
        hint: `npm install ${SDK_NODE}`,
      });
    }
    this.path = found;
    this.#fromSdk = createRequire(found);
  }

  /** @throws {OperatingError} where the SDK does not have that package */
  load<Exports>(name: string): Exports {
    try {
      return this.#fromSdk(name) as Exports;
    } catch (cause) {
      throw new OperatingError("SDK_MISSING", `${name} can't be loaded`, {
        path: SDK_NODE,
        hint: `${SDK_NODE} depends on it from 0.220 on: update or reinstall that`,
        cause,
      });
    }
  }

  /** `@opentelemetry/sdk-node` itself. */
  loadNode<Exports>(): Exports {
    return this.#fromSdk(this.path) as Exports;
  }

  /** Finds what a package of the SDK depends on. */
  from(name: string): NodeJS.Require {
    return createRequire(this.#fromSdk.resolve(name));
  }
}

/** A package of the application that it may have; undefined where it does not. */
export function loadOptional<Exports>(name: string, places = placesToLook()): Exports | undefined {
  const found = resolveFirst(name, places);
  return found === undefined ? undefined : (createRequire(found)(found) as Exports);
}

/** Peers of this package, then what the application sees. */
function placesToLook(): readonly string[] {
  return [import.meta.url, ...placesOfApplication()];
}

/** What the program sees, then the folder it runs in. */
export function placesOfApplication(): readonly string[] {
  const [, program] = process.argv;
  return [...(program === undefined ? [] : [program]), join(process.cwd(), "package.json")];
}

function resolveFirst(name: string, places: readonly string[]): string | undefined {
  for (const place of places) {
    try {
      return createRequire(place).resolve(name);
    } catch {
      // looked for in the next place
    }
  }
  return undefined;
}
