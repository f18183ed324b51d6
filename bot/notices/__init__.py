"""Who is told what, once: facts become rows, rows become messages."""
