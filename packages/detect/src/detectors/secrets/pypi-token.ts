import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const pypiToken = vendorToken({
  id: "pypi_token",
  vendor: "pypi",
  finds: "Upload tokens of PyPI and TestPyPI.",
  source: "PyPI help, API tokens",
  atoms: ["pypi-AgE"],
  pattern: "pypi-AgE[A-Za-z0-9_-]{70,}",
  examples: {
    match: [
      madeUp(
        "pypi-AgE",
        "IcHlwaS5vcmcmK7pQ2xV9rT4",
        "wZ8bN3cF6hJ1dG5sL0yAeUiO",
        "oXqWvBtRkPzMnHgCjDfSlEa7",
        "Yu4Ii9Tw2Qo5",
      ),
    ],
    ignore: [madeUp("pypi-AgE", "short")],
  },
});
