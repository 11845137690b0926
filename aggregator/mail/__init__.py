"""Mail servers behind the `Courier` port."""
