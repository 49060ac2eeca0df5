"""Evaluation of codes against human codes."""
