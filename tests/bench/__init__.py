"""How fast the shop is, beside what the same machine could do at best; see docs/performance.md."""
