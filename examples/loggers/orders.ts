/** What the programs of this folder log. Names, numbers and keys are made up; check digits are right. */

export const customer = {
  id: 7041,
  email: "jane.doe@customers.example",
  address: { city: "Springfield", phone: "+49 30 1234567" },
};

export const request = {
  method: "POST",
  url: "https://shop.example/pay?order=77&token=abc123",
  headers: { authorization: "Bearer canaryTok1abcDEF123456", "content-type": "application/json" },
};

export const card = "4111 1111 1111 1111";

/** An error, the one that caused it, and the one that caused that. */
export function failure(): Error {
  const refused = new Error("connect to postgres://shop:s3cret@db-2.internal:5432/orders refused");
  const lookup = new Error("no account for jane.doe@customers.example", { cause: refused });
  return new TypeError(`card ${card} declined`, { cause: lookup });
}

/** What must not leave, whichever logger says it. */
export const SECRETS: readonly string[] = [
  "jane.doe",
  "Springfield",
  "1234567",
  "abc123",
  "canaryTok1",
  "4111",
  "s3cret",
];
