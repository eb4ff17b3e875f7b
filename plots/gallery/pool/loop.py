def total(n):
    return sum(range(n))

[total(n) for n in [1_500_000] * 8]
