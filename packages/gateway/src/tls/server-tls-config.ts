import { duration } from "@scrim/pipeline";
import { z } from "zod";

/** TLS of a server, by the Collector's names. */
export const ServerTlsConfig = z.strictObject({
  cert_file: z
    .string()
    .min(1)
    .meta({ description: "The server's certificate and those between it and a root, in PEM." }),
  key_file: z
    .string()
    .min(1)
    .meta({ description: "Its private key, in PEM. Nobody else should be able to read it." }),
  client_ca_file: z.string().min(1).optional().meta({
    description:
      "Who signs clients' certificates, in PEM. If set, a client without such a certificate is refused.",
  }),
  min_version: z
    .enum(["1.2", "1.3"])
    .default("1.2")
    .meta({ description: "Oldest version of TLS that is spoken." }),
  reload_interval: duration({ min: "100ms", max: "24h" }).prefault("1m").meta({
    description:
      "How often the files are looked at. New ones hold from then on; a bad one leaves the old ones in force.",
  }),
});

export type ServerTlsConfig = z.output<typeof ServerTlsConfig>;
