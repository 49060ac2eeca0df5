"""Labelling: bundles, the engine that runs them, and what comes out."""
