// A payment page in the words that Stripe.js has for shops: camel case, and amounts to show.

export function toSession(page, { locale, canConfirm, lastError }) {
  const money = amounts(page.currency, locale);
  const details = page.customer_details ?? {};
  const collected = page.collected_information ?? {};
  return {
    id: page.id,
    livemode: page.livemode,
    currency: page.currency,
    currencyOptions: null,
    minorUnitsAmountDivisor: money.divisor,
    status: statusOf(page),
    canConfirm,
    lastPaymentError: lastError ?? null,
    email: details.email ?? page.customer_email ?? null,
    phoneNumber: details.phone ?? null,
    businessName: details.business_name ?? null,
    nameCollection: page.name_collection && {
      individualName: collected.individual_name ?? null,
      businessName: collected.business_name ?? null,
    },
    billingAddress: contact(details),
    shippingAddress: contact(collected.shipping_details),
    lineItems: page.line_items.map((item) => lineItem(item, money)),
    optionalItems: page.optional_items.map((item) => optionalItem(item, money)),
    discountAmounts: page.discounts.map((each) => discount(each, money)),
    taxAmounts: page.taxes.map((each) => tax(each, money)),
    shippingOptions: page.shipping_options.map((each) => shippingOption(each, page, money)),
    shipping: chosenShipping(page, money),
    savedPaymentMethods: page.saved_payment_methods.map(savedMethod),
    recurring: recurring(page, money),
    surcharge: null,
    tax: { status: "ready" },
    taxIdInfo: taxIdInfo(details),
    total: total(page, money),
  };
}

function amounts(currency, locale) {
  const language = !locale || locale === "auto" ? undefined : locale;
  const format = new Intl.NumberFormat(language, { style: "currency", currency });
  const divisor = 10 ** format.resolvedOptions().maximumFractionDigits;
  const shown = (minor) => ({
    minorUnitsAmount: minor ?? 0,
    amount: format.format((minor ?? 0) / divisor),
  });
  shown.divisor = divisor;
  return shown;
}

function statusOf({ status, payment_status: paymentStatus }) {
  return status === "complete" ? { type: "complete", paymentStatus } : { type: status };
}

function contact(known) {
  const { name = null, address } = known ?? {};
  return address ? { name, address: { ...address } } : null;
}

function lineItem(item, money) {
  const inclusive = item.amount_total === item.amount_subtotal - item.amount_discount;
  const { recurring: each } = item.price;
  return {
    id: item.id,
    name: item.description,
    description: item.product.description,
    images: item.product.images,
    priceId: item.price.id,
    quantity: item.quantity,
    unitAmount: money(item.price.unit_amount),
    unitAmountDecimal: null,
    unitLabel: null,
    subtotal: money(item.amount_subtotal),
    discount: money(item.amount_discount),
    taxExclusive: money(inclusive ? 0 : item.amount_tax),
    taxInclusive: money(inclusive ? item.amount_tax : 0),
    total: money(item.amount_total),
    discountAmounts: null,
    taxAmounts: null,
    recurring: each && {
      interval: each.interval,
      intervalCount: each.interval_count,
      usageType: each.usage_type,
    },
    adjustableQuantity: quantityBounds(item.adjustable_quantity),
    isRemovable: item.optional,
    pricing: null,
    transformQuantity: null,
  };
}

function quantityBounds(given) {
  if (!given?.enabled) return null;
  return { minimum: given.minimum ?? 0, maximum: given.maximum ?? 99 };
}

function optionalItem(item, money) {
  const { recurring: each } = item.price;
  return {
    priceId: item.price.id,
    name: item.name,
    description: null,
    unitAmount: money(item.price.unit_amount),
    unitAmountDecimal: null,
    unitLabel: null,
    quantity: item.quantity,
    adjustableQuantity: quantityBounds(item.adjustable_quantity),
    recurring: each && { interval: each.interval, intervalCount: each.interval_count },
    images: [],
    isSelected: false,
  };
}

function discount({ amount, code, name, percent_off: percentOff }, money) {
  return { ...money(amount), displayName: name, promotionCode: code, recurring: null, percentOff };
}

function tax({ amount, rate }, money) {
  const { inclusive, display_name: displayName, percentage } = rate;
  return { ...money(amount), inclusive, displayName, percentage };
}

function shippingOption(option, { currency }, money) {
  return {
    ...money(option.amount),
    id: option.id,
    currency,
    displayName: option.display_name,
    deliveryEstimate: option.delivery_estimate,
  };
}

function chosenShipping(page, money) {
  const chosen = page.shipping_options.find(({ id }) => id === page.shipping_rate);
  return chosen ? { shippingOption: shippingOption(chosen, page, money), taxAmounts: null } : null;
}

function savedMethod({ id, type, card }) {
  if (type !== "card") return { id, type, billingDetails: {} };
  const { brand, exp_month: expMonth, exp_year: expYear, last4 } = card;
  return { id, type, card: { brand, expMonth, expYear, last4 }, billingDetails: {} };
}

function recurring(page, money) {
  const first = page.line_items.find(({ price }) => price.recurring)?.price.recurring;
  if (page.mode !== "subscription" || !first) return null;
  const { trial_end: trialEnd, trial_period_days: trialPeriodDays } = page.subscription;
  const { total: due, ...parts } = total(page, money);
  return {
    interval: first.interval,
    intervalCount: first.interval_count,
    isProrated: false,
    dueNext: {
      subtotal: parts.subtotal,
      total: due,
      discount: parts.discount,
      taxInclusive: parts.taxInclusive,
      taxExclusive: parts.taxExclusive,
      billingCycleAnchor: page.subscription.billing_cycle_anchor,
    },
    trial: trialEnd || trialPeriodDays ? { trialEnd, trialPeriodDays } : null,
  };
}

function taxIdInfo({ tax_ids: ids, business_name: businessName }) {
  return ids?.length ? { taxId: ids[0], businessName: businessName ?? "" } : null;
}

function total(page, money) {
  const { amount_discount: off, amount_shipping: shipping } = page.total_details ?? {};
  const taxed = (inclusive) =>
    page.taxes
      .filter(({ rate }) => rate.inclusive === inclusive)
      .reduce((sum, { amount }) => sum + amount, 0);
  return {
    subtotal: money(page.amount_subtotal),
    discount: money(off),
    shippingRate: money(shipping),
    surcharge: money(0),
    appliedBalance: money(0),
    balanceAppliedToNextInvoice: false,
    taxExclusive: money(taxed(false)),
    taxInclusive: money(taxed(true)),
    total: money(page.amount_total),
  };
}
