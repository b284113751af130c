// The Link Authentication and Contact Details Elements: an email address. Link itself is not here.

import { checkEmail, Field } from "./field.js";
import { serve, state } from "./frame.js";

const email = new Field("email", { check: checkEmail });

serve({
  fields: () => [email],
  async load() {
    email.input.value = state.options.defaultValues?.email ?? "";
  },
  arrange() {},
  value: () => ({ value: { email: email.value } }),
});
