"""The rule model: rule sets, criteria, conditions and lenses."""
