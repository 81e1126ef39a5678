"""The contract: what Rawi reads and writes. This package never imports `workers`."""
