from multiprocessing import Pool

def total(n):
    return sum(range(n))

if __name__ == "__main__":
    with Pool(4) as pool:
        pool.map(total, [1_500_000] * 8)
