"""What a run costs in time and memory, beside what it could cost at best and beside the per-person way. `python -m benchmarks`."""
