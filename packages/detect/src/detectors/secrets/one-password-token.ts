import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const onePasswordToken = vendorToken({
  id: "one_password_token",
  vendor: "onepass",
  finds: "Service account tokens of 1Password.",
  source: "1Password developer documentation, service accounts",
  atoms: ["ops_eyJ"],
  pattern: "ops_eyJ[A-Za-z0-9+/_-]{200,}={0,3}",
  examples: {
    match: [
      madeUp(
        "ops_eyJ",
        "V_73HBpSetjVEiMIsY5xCGcy",
        "F4GefcFUWoA6m1g-Ifxc0nz_",
        "CfLWVtwXAlyuOqxqzIP2sfxY",
        "7kse3EjDrTeQLZiQ47eUvtbz",
        "wam8ad5Qh4vfzbQPLixDSnBx",
        "LWdpYNIumYInLckQzktz7QjW",
        "Dus0D7fztMXlOicFzFU3ZmTw",
        "FnWd-g3sAOkFGfOEoasL1ycj",
        "Ls24r5Ga2Q_YFhWUehfHVts0",
        "LZnRR_9eeA4RsmRSeqP2VT7z",
        "aOlBu_aFHjmZOn5OUp47",
      ),
    ],
    ignore: [madeUp("ops_eyJ", "f9bfMyiUAW6FpSon7ups")],
  },
});
