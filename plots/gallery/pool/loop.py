def total(n):
    return sum(range(n))

[total(n) for n in [6_000_000] * 8]
