"""See the layout in DESIGN; filled by its first module."""
