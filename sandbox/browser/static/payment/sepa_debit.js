// A debit of a European bank account: an IBAN and whom it belongs to.

import { checkEmail, Field, needed } from "../elements/field.js";
import { compact, ibanField } from "../elements/iban.js";
import { arrangeOwner, Method } from "./method.js";

const email = new Field("email", { check: checkEmail, path: ["email"] });
const name = new Field("name", { check: needed("incomplete_name"), path: ["name"] });
const iban = ibanField();

class SepaDebit extends Method {
  arrange(wishes) {
    arrangeOwner(name, email, wishes);
  }

  details() {
    return { iban: compact(iban.value) };
  }
}

export const sepaDebit = new SepaDebit("sepa_debit", [email, name, iban]);
