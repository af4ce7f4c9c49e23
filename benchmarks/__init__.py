"""One script a table: `python -m benchmarks.NAME --data PATH [--quick] [--json OUT]`."""
