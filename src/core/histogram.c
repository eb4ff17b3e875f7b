/* See bakeoff/histogram.h. Threads: every field is atomic. */
#include "bakeoff/histogram.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "core/histogram.h"

enum {
    SUB_BITS = 7,                /* 128 buckets per power of two */
    SUB_BUCKETS = 1 << SUB_BITS, /* values below this are also exact */
    TOP_BIT = 42,                /* 2^42 ns: 73 minutes */
    BUCKETS = (TOP_BIT - SUB_BITS + 2) * SUB_BUCKETS,
    TICKS = 4 /* points of a spectrum per halving */
};

struct bko_histogram {
    _Atomic int64_t max;
    _Atomic uint64_t buckets[BUCKETS];
};

/* The shift that brings a value into [SUB_BUCKETS, 2 * SUB_BUCKETS); 0 for small values. */
static unsigned shift_of(uint64_t value) {
    unsigned top = 63 - (unsigned)__builtin_clzll(value | 1);
    return top > SUB_BITS ? top - SUB_BITS : 0;
}

static size_t bucket_of(uint64_t value) {
    unsigned shift = shift_of(value);
    return shift * (size_t)SUB_BUCKETS + (size_t)(value >> shift);
}

static int64_t bucket_middle(size_t bucket) {
    if (bucket < (size_t)2 * SUB_BUCKETS) {
        return (int64_t)bucket;
    }
    unsigned shift = (unsigned)(bucket / SUB_BUCKETS) - 1;
    uint64_t low = (uint64_t)(bucket - (size_t)shift * SUB_BUCKETS) << shift;
    return (int64_t)(low + ((1ULL << shift) >> 1));
}

size_t bko__histogram_size(void) {
    return sizeof(bko_histogram);
}

bko_histogram *bko__histogram_init(void *memory) {
    memset(memory, 0, sizeof(bko_histogram));
    return memory;
}

int bko_histogram_create(bko_histogram **out) {
    *out = calloc(1, sizeof(bko_histogram));
    return *out != NULL ? BKO_OK : BKO_ENOMEM;
}

void bko_histogram_free(bko_histogram *histogram) {
    free(histogram);
}

static void raise_max(_Atomic int64_t *max, int64_t value) {
    int64_t seen = atomic_load_explicit(max, memory_order_relaxed);
    while (value > seen && !atomic_compare_exchange_weak_explicit(
                               max, &seen, value, memory_order_relaxed, memory_order_relaxed)) {
    }
}

void bko__histogram_add_many(bko_histogram *histogram, int64_t value, uint64_t count) {
    uint64_t clamped = value > 0 ? (uint64_t)value : 0;
    if (clamped > 1ULL << TOP_BIT) {
        clamped = 1ULL << TOP_BIT;
    }
    atomic_fetch_add_explicit(&histogram->buckets[bucket_of(clamped)], count, memory_order_relaxed);
    raise_max(&histogram->max, (int64_t)clamped);
}

void bko_histogram_add(bko_histogram *histogram, int64_t value) {
    bko__histogram_add_many(histogram, value, 1);
}

void bko_histogram_merge(bko_histogram *into, const bko_histogram *from) {
    for (size_t i = 0; i < BUCKETS; i++) {
        uint64_t n = atomic_load_explicit(&from->buckets[i], memory_order_relaxed);
        if (n > 0) {
            atomic_fetch_add_explicit(&into->buckets[i], n, memory_order_relaxed);
        }
    }
    raise_max(&into->max, bko_histogram_max(from));
}

/* The sum is computed on demand: a counter would be one more cache line for all threads to contend
 * for. */
uint64_t bko_histogram_count(const bko_histogram *histogram) {
    uint64_t count = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        count += atomic_load_explicit(&histogram->buckets[i], memory_order_relaxed);
    }
    return count;
}

int64_t bko_histogram_max(const bko_histogram *histogram) {
    return atomic_load_explicit(&histogram->max, memory_order_relaxed);
}

/* The position of a search for quantiles in ascending order. */
typedef struct search {
    const bko_histogram *histogram;
    uint64_t count;
    int64_t max;
    size_t bucket;
    uint64_t seen; /* values in the buckets before this one */
} search;

static search begin_search(const bko_histogram *histogram) {
    return (search){.histogram = histogram,
                    .count = bko_histogram_count(histogram),
                    .max = bko_histogram_max(histogram)};
}

static int64_t find(search *self, double q) {
    uint64_t rank = (uint64_t)ceil(q * (double)self->count);
    if (rank == 0) {
        rank = 1;
    }
    for (; self->bucket < BUCKETS; self->bucket++) {
        uint64_t here =
            atomic_load_explicit(&self->histogram->buckets[self->bucket], memory_order_relaxed);
        if (self->seen + here >= rank) {
            int64_t middle = bucket_middle(self->bucket);
            return middle < self->max ? middle : self->max;
        }
        self->seen += here;
    }
    return self->max;
}

int64_t bko_histogram_quantile(const bko_histogram *histogram, double q) {
    search all = begin_search(histogram);
    return find(&all, q);
}

size_t bko_histogram_spectrum(const bko_histogram *histogram, bko_histogram_point *points) {
    search all = begin_search(histogram);
    size_t used = 0;
    double left = 1; /* fraction beyond the quantile */
    while (used + 1 < BKO_HISTOGRAM_POINTS && left * (double)all.count >= 1) {
        points[used].q = 1 - left;
        points[used].value = find(&all, 1 - left);
        used++;
        int halvings = (int)(used / TICKS);
        double halving = ldexp(1, -halvings); /* `left` at the start of this halving */
        left = halving * (1 - (double)(used % TICKS) / (2 * TICKS));
    }
    if (all.count > 0) {
        points[used++] = (bko_histogram_point){1, all.max};
    }
    return used;
}
