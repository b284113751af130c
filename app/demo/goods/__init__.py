"""The demo's goods, one file for each shelf."""
