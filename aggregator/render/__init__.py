"""Renderings of articles and digests: values in, text out."""
