import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const yandexToken = vendorToken({
  id: "yandex_token",
  vendor: "yandex",
  finds: "IAM tokens and cookies and API keys of Yandex Cloud.",
  source: "Yandex Cloud documentation, authentication",
  atoms: [String.raw`[ct]1\.9[ef][A-Za-z0-9]`, "AQVN[A-Za-z0-9_-]{2}"],
  pattern: String.raw`[ct]1\.9[ef][A-Za-z0-9][A-Za-z0-9_-]{20,}={0,2}\.[A-Za-z0-9_-]{86}={0,2}|AQVN[A-Za-z0-9_-]{35,38}`,
  examples: {
    match: [
      madeUp("AQVN", "1WnImG9Aw37K5WcNhdEPqhGi", "3hlbKBVheZUp"),
      madeUp(
        "t1.9eue",
        "Yxqew88AD3dnbyJVSEDONUsS",
        "DDFRFIFIuZIxNfaa",
        ".",
        "OEELk9MQMalor2hCsgkGvp8k",
        "D0D3Ms8GbLkV3AZkGAs_M_X-",
        "shUkbd-VOK_NptMzyL2Dvamh",
        "2Vwd6QEspT5pV7",
      ),
    ],
    ignore: [madeUp("AQVN", "dp4sPgMR")],
  },
});
