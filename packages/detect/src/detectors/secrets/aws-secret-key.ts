import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

const KEY_CHARACTERS = 40;

export const awsSecretKey = vendorToken({
  id: "aws_secret_key",
  vendor: "aws",
  finds: "Secret access keys of AWS, forty characters of base64 behind a key that names them.",
  source: "AWS IAM User Guide, access keys",
  atoms: ["(?i:secret[ _-]?(?:access)?[ _-]?key)", "(?i:aws[ _-]?secret)"],
  pattern: String.raw`(?i:secret[ _-]?(?:access)?[ _-]?key|aws[ _-]?secret)["'\\\]]{0,4}[ \t]{0,8}[=:>,][=> \t]{0,8}["'\\]{0,4}[A-Za-z0-9/+]{40}`,
  narrow: (match) => [match.length - KEY_CHARACTERS, match.length],
  examples: {
    match: [madeUp("aws_secret_access_key = ", "wJalrXUtnFEMI/K7MDEN", "+bPxRfiCYzQ3TmN8sVhG")],
    ignore: [
      madeUp("secret_key=", "wJalrXUtnFEMI"),
      madeUp("digest=", "wJalrXUtnFEMI/K7MDEN", "+bPxRfiCYzQ3TmN8sVhG"),
    ],
  },
});
