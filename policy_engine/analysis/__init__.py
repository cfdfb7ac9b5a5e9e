"""Comparison of proposals and sensitivity of a verdict: what holds whatever the weights and the unknown facts are."""
