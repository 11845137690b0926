"""Which stories a digest shows, how each is put together, in which order.."""
