"""Corpora: any number of proposals assessed into tables, which can be asked; sweeps of variants of one proposal."""
