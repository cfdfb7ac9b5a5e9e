"""One law run through one scenario: what has force on which day, what an event sets off, and what that counts."""

from __future__ import annotations
