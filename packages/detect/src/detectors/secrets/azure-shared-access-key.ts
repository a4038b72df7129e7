import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const azureSharedAccessKey = vendorToken({
  id: "azure_shared_access_key",
  vendor: "azure",
  finds: "Shared access keys in connection strings of Service Bus, Event Hubs and IoT Hub.",
  source: "Azure Service Bus documentation, shared access signatures",
  atoms: ["SharedAccessKey="],
  pattern: "SharedAccessKey=[A-Za-z0-9+/]{43}=",
  narrow: (match) => ["SharedAccessKey=".length, match.length],
  examples: {
    match: [
      madeUp(
        "SharedAccessKeyName=send",
        ";SharedAccessKey=",
        "PGYYJvW5hANsbEvrSFagEaBp",
        "0vXnJaE/9I0MyTLUyi0",
        "=",
      ),
    ],
    ignore: ["SharedAccessKeyName=RootManageSharedAccessKey", "SharedAccessKey=REDACTED"],
  },
});
