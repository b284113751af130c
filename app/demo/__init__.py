"""The demo shop: its goods, people, pictures and files, as plain values."""
