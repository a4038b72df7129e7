import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const firebaseMessagingKey = vendorToken({
  id: "firebase_messaging_key",
  vendor: "firebase",
  finds: "Server keys and registration tokens of Firebase Cloud Messaging.",
  source: "Firebase documentation, Cloud Messaging server environment",
  atoms: [":APA91b"],
  pattern: "[A-Za-z0-9_-]{11,22}:APA91b[A-Za-z0-9_-]{100,}",
  examples: {
    match: [
      madeUp(
        "AAAA",
        "Ee6rSxC",
        ":APA91b",
        "ZJSqgmRB9H_iMb_lk777PZnK",
        "8Cl6J5ixaaJLShuQjOud-_yD",
        "UA_5zmS1swoPqApryPZBlgvI",
        "yxJu2jGjNGkTfi3oYv2DzaKG",
        "05Rk_GQV81rkmghzem9yPVUJ",
        "a-c5q52RYfLWrL",
      ),
    ],
    ignore: [madeUp("UPXQzkM4Bv3", ":APA91b", "aYavhNYRVwDfRk9XIrgh")],
  },
});
