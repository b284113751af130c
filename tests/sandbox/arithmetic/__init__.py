"""Worked cases: what Stripe's documentation says an amount comes to, to the cent."""
