const assert = require('node:assert/strict');
const test = require('node:test');
const { stripe } = require('./sandbox.js');

const NEW_YEAR = 1798761600; // 2027-01-01
const MONTH = 31 * 24 * 60 * 60;

test('a subscription is renewed while a test clock goes on', async () => {
  const { clock, customer } = await customerOnClock();
  const product = await stripe.products.create({ name: 'Tea every month' });
  const price = await stripe.prices.create({
    product: product.id,
    unit_amount: 1500,
    currency: 'eur',
    recurring: { interval: 'month' },
  });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  });
  assert.equal(subscription.status, 'active');

  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: NEW_YEAR + MONTH + 7200 });
  await ready(clock);

  const invoices = await stripe.invoices.list({ subscription: subscription.id });
  const read = invoices.data.map((one) => [one.billing_reason, one.status, one.amount_paid]);
  assert.deepEqual(read, [
    ['subscription_cycle', 'paid', 1500],
    ['subscription_create', 'paid', 1500],
  ]);
});

test('a subscription with an upgrade is charged what its preview said', async () => {
  const { customer } = await customerOnClock();
  const [small, large] = await Promise.all([1000, 3000].map(monthly));
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: small.id }],
  });
  const change = [{ id: subscription.items.data[0].id, price: large.id }];
  const preview = await stripe.invoices.createPreview({
    customer: customer.id,
    subscription: subscription.id,
    subscription_details: { items: change, proration_behavior: 'always_invoice' },
  });

  const changed = await stripe.subscriptions.update(subscription.id, {
    items: change,
    proration_behavior: 'always_invoice',
    expand: ['latest_invoice'],
  });

  assert.equal(preview.total, 2000);
  assert.equal(changed.latest_invoice.total, preview.total);
});

test('an invoice is drafted, finalized and paid', async () => {
  const { customer } = await customerOnClock();
  const wanted = { customer: customer.id, amount: 2500, currency: 'eur', description: 'Advice' };
  await stripe.invoiceItems.create(wanted);
  const draft = await stripe.invoices.create({
    customer: customer.id,
    pending_invoice_items_behavior: 'include',
  });

  const open = await stripe.invoices.finalizeInvoice(draft.id);
  const paid = await stripe.invoices.pay(draft.id, { expand: ['payments'] });

  assert.deepEqual([open.status, open.amount_due], ['open', 2500]);
  assert.deepEqual([paid.status, paid.amount_remaining], ['paid', 0]);
  assert.equal(paid.payments.data[0].amount_paid, 2500);
});

async function customerOnClock() {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: NEW_YEAR });
  const customer = await stripe.customers.create({
    test_clock: clock.id,
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  return { clock, customer };
}

async function monthly(amount) {
  return stripe.prices.create({
    currency: 'eur',
    unit_amount: amount,
    recurring: { interval: 'month' },
    product_data: { name: `Plan for ${amount}` },
  });
}

async function ready(clock) {
  let now = clock;
  do {
    now = await stripe.testHelpers.testClocks.retrieve(clock.id);
  } while (now.status === 'advancing');
  assert.equal(now.status, 'ready');
}
