// Saves a payment method with the Payment Element.

import { serve } from "../hosted/payment_form.js";

const form = document.getElementById("add");

serve(form, {
  key: "pk_test_hostedPagesOfThePretendStripe",
  confirm: (stripe, elements) => stripe.confirmSetup({
    elements,
    redirect: "if_required",
    confirmParams: { return_url: location.href },
  }),
  done: () => form.submit(), // the server looks for itself whether it is saved
});
