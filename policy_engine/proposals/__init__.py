"""The proposal model: one text of one instrument, provision by provision."""
