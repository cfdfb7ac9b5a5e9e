"""durable-rules as the inference engine: compiled to its safe subset, run in a process that can be killed."""
