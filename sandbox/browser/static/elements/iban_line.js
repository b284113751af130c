// The IBAN Element.

import { serve, state } from "./frame.js";
import { compact, ibanField } from "./iban.js";
import { lineElement } from "./line.js";

const iban = ibanField();

serve(
  lineElement([iban], {
    arrange({ placeholderCountry = "DE" }) {
      iban.input.placeholder = `${placeholderCountry}00 0000 0000 0000 0000 00`;
    },

    value: () => ({ country: compact(iban.value).slice(0, 2), bankName: "" }),

    calls: {
      post({ path, params, into }) {
        const given = (into ? params[into] : params) ?? {};
        const data = { ...given, type: "sepa_debit", sepa_debit: { iban: compact(iban.value) } };
        return state.api.post(path, into ? { ...params, [into]: data } : data);
      },
    },
  }),
);
