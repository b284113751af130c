const assert = require('node:assert/strict');
const test = require('node:test');
const { stripe } = require('./sandbox.js');

test('a customer is made, changed, read with its fields expanded, and deleted', async () => {
  const made = await stripe.customers.create({ name: 'Ada', metadata: { a: '1' } });
  await stripe.customers.update(made.id, { metadata: { b: '2' } });

  const read = await stripe.customers.retrieve(made.id, { expand: ['subscriptions'] });
  const gone = await stripe.customers.del(made.id);

  assert.deepEqual(read.metadata, { a: '1', b: '2' });
  assert.deepEqual(read.subscriptions.data, []);
  assert.equal(gone.deleted, true);
});

test('a product has prices', async () => {
  const product = await stripe.products.create({ name: 'Tea' });
  const price = await stripe.prices.create({ product: product.id, unit_amount: 900, currency: 'eur' });

  const found = await stripe.prices.list({ product: product.id, expand: ['data.product'] });

  assert.equal(found.data[0].id, price.id);
  assert.equal(found.data[0].product.name, 'Tea');
});

test('a list is read to its end, page by page', async () => {
  const email = `pages-${Date.now()}@example.com`;
  for (let number = 0; number < 5; number += 1) {
    await stripe.customers.create({ email, name: `${number}` });
  }

  const names = [];
  for await (const customer of stripe.customers.list({ email, limit: 2 })) {
    names.push(customer.name);
  }

  assert.deepEqual(names, ['4', '3', '2', '1', '0']);
});

test('a file is uploaded and described', async () => {
  const file = { data: Buffer.from('%PDF-1.4 a receipt'), name: 'receipt.pdf' };

  const made = await stripe.files.create({ purpose: 'dispute_evidence', file });

  assert.equal((await stripe.files.retrieve(made.id)).filename, 'receipt.pdf');
  assert.equal(made.size, file.data.length);
});
