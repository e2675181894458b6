"""What script/tidy checks: the table, the checks that read it, purity, and tests of the checks."""
