"""The billing portal: what a customer may do without anybody's help, and doing it."""
