import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const dependencyTrackKey = vendorToken({
  id: "dependency_track_key",
  vendor: "dtrack",
  finds: "API keys of OWASP Dependency-Track.",
  source: "OWASP Dependency-Track documentation, REST API",
  atoms: ["odt_[A-Za-z0-9]{2}"],
  pattern: "odt_(?:[A-Za-z0-9]{8}_)?[A-Za-z0-9]{32,40}",
  examples: {
    match: [
      madeUp("odt_", "DI34E0mf", "_", "LA7ujvzKfOrurvSzNi1KJx6t", "NhGdGMyF"),
      madeUp("odt_", "8DaOq1Qt5crbJ3D7sICK1cSw", "O3lzUtjuJT6Q"),
    ],
    ignore: [madeUp("odt_", "Uj1NJ8zqOZ"), madeUp("odt_", "x".repeat(36))],
  },
});
