"""The same thirty constraints given to this engine and to its peers: the work, the translations, the runs."""
