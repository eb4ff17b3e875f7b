import sys
from multiprocessing import Pool

def total(n):
    return sum(range(n))

if __name__ == "__main__":
    workers, chunk = int(sys.argv[1]), int(sys.argv[2])
    with Pool(workers) as pool:
        sum(pool.imap_unordered(total, [5_000] * 2000, chunksize=chunk))
