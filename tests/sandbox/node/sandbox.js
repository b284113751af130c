// The official library on a sandbox at $SANDBOX_URL, and the sandbox's own control API.
const Stripe = require('stripe');

const { hostname, port, origin } = new URL(process.env.SANDBOX_URL);
const options = { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 };

/** A JSON answer of any address; `fields` are posted as a form. */
async function ask(path, fields) {
  const headers = { Authorization: 'Bearer sk_test_node' };
  const body = fields && new URLSearchParams(fields);
  const answer = await fetch(origin + path, { method: fields ? 'POST' : 'GET', headers, body });
  return answer.json();
}

module.exports = {
  Stripe,
  stripe: new Stripe('sk_test_node', options),
  options,
  ask,
  control: (what, fields) => ask(`/_sandbox/${what}`, fields),
};
