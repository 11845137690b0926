"""Parsing in processes that can be killed: a document harms its own poll and nothing else."""
