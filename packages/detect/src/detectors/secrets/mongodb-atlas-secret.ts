import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const mongodbAtlasSecret = vendorToken({
  id: "mongodb_atlas_secret",
  vendor: "mongodb",
  finds: "Secrets of service accounts of MongoDB Atlas.",
  source: "MongoDB Atlas documentation, service accounts",
  atoms: ["mdb_sa_sk_"],
  pattern: "mdb_sa_sk_[A-Za-z0-9_-]{32,60}",
  examples: {
    match: [madeUp("mdb_sa_sk_", "BuNXIp3ZCcR1y6FFEiiEMgPB", "3eFkOnsVPHiK7S4P")],
    ignore: [madeUp("mdb_sa_s", "k_Ql0kjf"), madeUp("mdb_sa_sk_", "x".repeat(40))],
  },
});
