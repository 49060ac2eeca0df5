"""Building blocks of the trimmed base encoder (see ``training/build_base.py``)."""
