const assert = require('node:assert/strict');
const http = require('node:http');
const test = require('node:test');
const { Stripe, stripe, options } = require('./sandbox.js');

const card = { amount: 1000, currency: 'eur', confirm: true, return_url: 'https://shop.example' };

test('a declined card is a card error with its decline code', async () => {
  const payment = stripe.paymentIntents.create({
    ...card,
    payment_method: 'pm_card_chargeDeclinedInsufficientFunds',
  });

  await assert.rejects(payment, (error) => {
    assert(error instanceof Stripe.errors.StripeCardError);
    assert.equal(error.decline_code, 'insufficient_funds');
    assert.equal(error.payment_intent.status, 'requires_payment_method');
    return true;
  });
});

test('other refusals are errors of their own classes', async () => {
  const { StripeAuthenticationError, StripeInvalidRequestError } = Stripe.errors;
  const stranger = new Stripe('sk_live_never', options);

  await assert.rejects(stranger.customers.list(), StripeAuthenticationError);
  await assert.rejects(stripe.customers.retrieve('cus_nobody'), {
    constructor: StripeInvalidRequestError,
    code: 'resource_missing',
    statusCode: 404,
  });
  await assert.rejects(stripe.customers.create({ nmae: 'Ada' }), {
    code: 'parameter_unknown',
    param: 'nmae',
  });
});

test('an idempotency key does a thing once', async () => {
  const idempotencyKey = `once-${Date.now()}`;

  const first = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey });
  const again = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey });

  assert.equal(again.id, first.id);
  assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
  await assert.rejects(
    stripe.customers.create({ name: 'Eve' }, { idempotencyKey }),
    Stripe.errors.StripeIdempotencyError,
  );
});

test('a webhook arrives signed, and a forged one is found out', async (t) => {
  const { server, arrival } = await endpoint();
  t.after(() => server.close());
  const registered = await stripe.webhookEndpoints.create({
    url: `http://127.0.0.1:${server.address().port}/hook`,
    enabled_events: ['customer.created'],
  });
  t.after(() => stripe.webhookEndpoints.del(registered.id));

  const customer = await stripe.customers.create({ name: 'Ada' });

  const { body, signature } = await arrival;
  const event = stripe.webhooks.constructEvent(body, signature, registered.secret);
  assert.equal(event.data.object.id, customer.id);
  assert.throws(
    () => stripe.webhooks.constructEvent(body.replace('Ada', 'Eve'), signature, registered.secret),
    Stripe.errors.StripeSignatureVerificationError,
  );
});

/** A shop that hears one webhook. */
async function endpoint() {
  let heard;
  const arrival = new Promise((resolve) => {
    heard = resolve;
  });
  const server = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    response.end();
    heard({ body: Buffer.concat(parts).toString(), signature: request.headers['stripe-signature'] });
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, arrival };
}
