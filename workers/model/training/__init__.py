"""Making the block model again, and measuring it: `python -m workers.model.train`. Nothing of it runs in the worker."""
