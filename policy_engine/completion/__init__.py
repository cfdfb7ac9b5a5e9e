"""What could stand where something is unknown: of the values that a program treats alike, one."""
