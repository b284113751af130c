// Pays an invoice with the Payment Element.

import { serve } from "../hosted/payment_form.js";

const form = document.getElementById("pay");

serve(form, {
  key: "pk_test_hosted_invoice_page",
  confirm: (stripe, elements) => stripe.confirmPayment({
    elements,
    redirect: "if_required",
    confirmParams: { return_url: new URL(form.dataset.here, location).href },
  }),
  done: () => location.assign(form.dataset.here), // the server knows how it ended
});
