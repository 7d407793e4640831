"""What Aqueduc costs, measured: ``make bench``, or ``python -m benchmarks --only validate``.

Each module gives ``run() -> Iterable[Row]`` and measures everything it prints, the competition included, in the
same run on the same machine. Nothing is quoted from elsewhere.
"""
