"""Asks for what is unknown, the most telling first, and says what each answer would do."""
