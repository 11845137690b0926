"""Many machines on one PostgreSQL: due feeds as jobs of Procrastinate, an engine that exists."""
