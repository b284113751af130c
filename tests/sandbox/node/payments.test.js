const assert = require('node:assert/strict');
const test = require('node:test');
const { stripe, ask, control } = require('./sandbox.js');

const usual = { amount: 2000, currency: 'eur', confirm: true, return_url: 'https://shop.example' };

test('a payment with 3-D Secure waits for its customer', async () => {
  const wanted = { ...usual, payment_method: 'pm_card_threeDSecure2Required' };
  const intent = await stripe.paymentIntents.create(wanted);
  assert.equal(intent.status, 'requires_action');

  await control(`intents/${intent.id}/authentication`, { outcome: 'complete' });

  const paid = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
  assert.equal(paid.status, 'succeeded');
  assert.equal(paid.latest_charge.payment_method_details.card.three_d_secure.result, 'authenticated');
});

test('a payment is refunded in parts, and no more than was paid', async () => {
  const intent = await stripe.paymentIntents.create({ ...usual, payment_method: 'pm_card_visa' });

  await stripe.refunds.create({ payment_intent: intent.id, amount: 500 });
  await stripe.refunds.create({ payment_intent: intent.id });

  const charge = await stripe.charges.retrieve(intent.latest_charge);
  assert.deepEqual([charge.amount_refunded, charge.refunded], [2000, true]);
  await assert.rejects(stripe.refunds.create({ payment_intent: intent.id }), {
    type: 'StripeInvalidRequestError',
    code: 'charge_already_refunded',
  });
});

test('money is held, then captured', async () => {
  const wanted = { ...usual, payment_method: 'pm_card_visa', capture_method: 'manual' };
  const held = await stripe.paymentIntents.create(wanted);
  assert.equal(held.amount_capturable, 2000);

  const captured = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1500 });

  assert.deepEqual([captured.status, captured.amount_received], ['succeeded', 1500]);
});

test('a Checkout Session is paid on its page', async () => {
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'https://shop.example/thanks',
    line_items: [
      {
        quantity: 2,
        price_data: { currency: 'eur', unit_amount: 900, product_data: { name: 'Tea' } },
      },
    ],
  });
  const card = await stripe.paymentMethods.create({
    type: 'card',
    card: { token: 'tok_visa' },
    billing_details: { email: 'ada@example.com', name: 'Ada' },
  });

  await ask(`/v1/payment_pages/${session.id}/confirm`, {
    payment_method: card.id,
    expected_amount: '1800',
  });

  const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items'] });
  assert.deepEqual([paid.status, paid.payment_status], ['complete', 'paid']);
  assert.equal(paid.amount_total, 1800);
  assert.equal(paid.line_items.data[0].description, 'Tea');
});
