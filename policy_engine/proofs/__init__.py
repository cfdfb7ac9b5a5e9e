"""Proofs: a derivation written down step by step, and a checker that replays it without either evaluator."""
