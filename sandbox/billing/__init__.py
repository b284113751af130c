"""The arithmetic and the engine of invoices and subscriptions; no addresses."""
