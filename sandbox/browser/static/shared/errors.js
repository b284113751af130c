// Two kinds of trouble: a mistake in the shop's code is thrown, a problem of the customer is returned.

export class IntegrationError extends Error {
  constructor(message) {
    super(message);
    this.name = "IntegrationError";
  }
}

export const validationError = (code, message) => ({ type: "validation_error", code, message });

export const invalidRequest = (code, message, more = {}) => ({
  type: "invalid_request_error",
  code,
  message,
  ...more,
});

export const connectionError = () => ({
  type: "api_connection_error",
  message: "We could not reach the payment provider. Please check your connection and try again.",
});
