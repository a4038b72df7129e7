import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const sentryDsn = vendorToken({
  id: "sentry_dsn",
  vendor: "sentry",
  finds: "Keys in the DSN of a Sentry project.",
  source: "Sentry documentation, data source name",
  confidence: "likely",
  atoms: [String.raw`ingest\.`],
  pattern: String.raw`https?://[0-9a-f]{32}@[a-z0-9.-]{0,64}ingest\.[a-z0-9.-]{4,64}/[0-9]+`,
  narrow: (match) => [match.indexOf("://") + "://".length, match.indexOf("@")],
  examples: {
    match: [
      madeUp("https://", "6d32b32732b89994fa602213", "6ced6201", "@o447951.ingest.sentry.i", "o/", "5429219"),
    ],
    ignore: ["https://o447951.ingest.sentry.io/5429219"],
  },
});
