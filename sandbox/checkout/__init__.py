"""Checkout Sessions and Payment Links: what is sold, what is asked, how it is paid."""
