/**
 * What a piece of data is, as far as privacy goes. Attributes get a class from the catalogue in
 * `@scrim/semconv`, findings in text from their detector; a policy says what each class becomes.
 */
export const SENSITIVITY_CLASSES = {
  credential: "Grants access: passwords, tokens, keys, session identifiers, headers that may carry them.",
  direct_identifier: "Names one person by itself: e-mail, full name, phone, card, national id.",
  quasi_identifier: "Narrows down to a person together with other data: device model, user agent, session.",
  client_address: "The caller's network address or interface.",
  endpoint: "Addresses, host names and ports of servers and infrastructure.",
  location: "Where a person is: coordinates, postal code, city.",
  payload: "What users send or receive: bodies, query parameters, GenAI messages, tool arguments.",
  content: "Free text that may mention anything: log bodies, exception messages, statements.",
  infrastructure: "Describes machines and software: hosts, containers, paths, versions.",
  harmless: "Can't hold personal data or secrets when used as defined: enumerations, counts, flags.",
} as const;

export type SensitivityClass = keyof typeof SENSITIVITY_CLASSES;
