"""Judge proposed AI law: describe a text, infer what follows, assess it against rule sets."""
