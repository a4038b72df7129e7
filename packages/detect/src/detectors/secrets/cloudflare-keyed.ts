import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const cloudflareKeyed = vendorKeyed({
  id: "cloudflare_keyed",
  vendor: "cloudflare",
  finds: "API tokens and keys of Cloudflare without a prefix, behind a key that names it.",
  source: "Cloudflare documentation, token formats",
  atoms: ["(?i:cloudflare)", "(?i:cf[_-]api)"],
  key: { name: "cloudflare|\\bcf[_-]api", value: "[0-9a-f]{37}|[A-Za-z0-9_-]{40}" },
  examples: {
    match: [
      madeUp("CLOUDFLARE_API_TOKEN=", "q2A5z86LIuMFNrIZJUgfsTdv", "ibrO0TztifsDWSYM"),
      madeUp("CF_API_KEY: ", "74aad0eeadd0fbcdedebfeec", "ea92f2e424b4c"),
    ],
    ignore: [madeUp("cloudflare_ray=", "46Es87epm91zIFlAp9oVQph9", "IJhnVflBszFbzGAB")],
  },
});
