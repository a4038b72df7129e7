import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const awsSessionToken = vendorToken({
  id: "aws_session_token",
  vendor: "aws",
  finds: "Session tokens of AWS Security Token Service, by the serialised beginnings they share.",
  source: "AWS Security Token Service API reference, Credentials",
  atoms: ["IQoJb3JpZ2lu", "F[wQ]oGZXIvYXdz"],
  pattern: "(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)[A-Za-z0-9+/%]{80,}=*",
  examples: {
    match: [
      madeUp(
        "AWS_SESSION_TOKEN=IQoJb3",
        "JpZ2lu",
        "pTyGJMuHbEL31IeL2HPcHyGc",
        "FRl1SPnXNYvMIHa/2o76umfX",
        "fKm/r5kJP1VrT+1FJors/6IL",
        "i8IHn5kxsC7tVO/HbkQfyy/K",
        "V5zj",
      ),
    ],
    ignore: [madeUp("IQoJb3JpZ2lu", "4I0b3jRtaWr4")],
  },
});
