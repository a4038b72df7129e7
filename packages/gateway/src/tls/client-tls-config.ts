import { duration } from "@scrim/pipeline";
import { z } from "zod";

/** Whoever turns verification off should hear at the start that it stays on, and what helps instead. */
const verificationStays = z.unknown().superRefine((_, context) => {
  context.addIssue({
    code: "custom",
    message: "certificates are always verified",
    params: {
      hint: "name the authority that signed the server's certificate in ca_file, and the name it was made for in server_name_override",
    },
  });
});

/** TLS of a client, by the Collector's names. */
export const ClientTlsConfig = z
  .strictObject({
    insecure: z.boolean().default(false).meta({
      description:
        "No TLS, where the endpoint doesn't say `https`. An endpoint with a scheme decides itself.",
    }),
    ca_file: z.string().min(1).optional().meta({
      description: "The authorities to trust instead of the system's, in PEM.",
    }),
    cert_file: z.string().min(1).optional().meta({
      description: "The certificate to show to servers that ask for one, in PEM.",
    }),
    key_file: z.string().min(1).optional().meta({
      description: "Its private key, in PEM. Nobody else should be able to read it.",
    }),
    server_name_override: z.string().min(1).max(253).optional().meta({
      description: "The name that the server's certificate must hold, instead of the endpoint's.",
    }),
    min_version: z.enum(["1.2", "1.3"]).default("1.2").meta({
      description: "Oldest version of TLS that is spoken.",
    }),
    reload_interval: duration({ min: "100ms", max: "24h" }).prefault("1m").meta({
      description:
        "How often the files are looked at. New ones hold for new connections; a bad one leaves the old ones in force.",
    }),
    insecure_skip_verify: verificationStays.optional().meta({ description: "Refused with a hint." }),
  })
  .superRefine(({ cert_file, key_file }, context) => {
    if ((cert_file === undefined) === (key_file === undefined)) return;
    const missing = cert_file === undefined ? "cert_file" : "key_file";
    context.addIssue({
      code: "custom",
      path: [missing],
      message: "a certificate and its key belong together",
      params: { hint: `add ${missing}` },
    });
  });

export type ClientTlsConfig = z.output<typeof ClientTlsConfig>;
