import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

const KEY_CHARACTERS = 88;

export const azureStorageKey = vendorToken({
  id: "azure_storage_key",
  vendor: "azure",
  finds: "Account keys in connection strings of Azure Storage and Cosmos DB.",
  source: "Azure Storage documentation, connection strings",
  atoms: ["AccountKey=[A-Za-z0-9+/]"],
  pattern: "AccountKey=[A-Za-z0-9+/]{86}==",
  narrow: (match) => [match.length - KEY_CHARACTERS, match.length],
  examples: {
    match: [
      madeUp(
        "AccountKey=",
        "mK7pQ2xV9rT4wZ8bN3cF6hJ1dG5sL0yAeUiOoXqW/+B",
        "tRkPzMnHgCjDfSlEa7Yu4Ii9Tw2Qo5Xe8Vb1Nr6Lk3Z",
        "==",
      ),
    ],
    ignore: ["AccountKey=abc==", "AccountKey=REDACTED"],
  },
});
