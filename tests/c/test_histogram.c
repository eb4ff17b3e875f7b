/* The histogram, compared with exact answers. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/histogram.h"
#include "core/histogram.h"

enum { VALUES = 20000, ADDERS = 4, ADDS = 20000 };

static const double quantiles[] = {0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1};

/* xorshift: the same numbers on every machine. */
static uint64_t random_next(uint64_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* All magnitudes up to 2^42 are equally likely. */
static int64_t random_value(uint64_t *seed) {
    unsigned bits = (unsigned)(random_next(seed) % 43);
    return (int64_t)(random_next(seed) & ((1ULL << bits) - 1));
}

static int by_value(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static int64_t exact_quantile(const int64_t *sorted, size_t count, double q) {
    size_t rank = (size_t)(q * (double)count);
    rank += (double)rank < q * (double)count;
    return sorted[rank > 0 ? rank - 1 : 0];
}

static void assert_close(int64_t got, int64_t exact) {
    int64_t off = got > exact ? got - exact : exact - got;
    if ((double)off > 0.004 * (double)exact) {
        fail_msg("%lld is more than 0.4 %% from %lld", (long long)got, (long long)exact);
    }
}

static void quantiles_are_within_four_per_mille_at_every_magnitude(void **state) {
    (void)state;
    static int64_t values[VALUES];
    for (uint64_t seed = 1; seed <= 5; seed++) {
        uint64_t random = seed * 88172645463325252ULL;
        bko_histogram *histogram;
        assert_int_equal(bko_histogram_create(&histogram), 0);
        for (size_t i = 0; i < VALUES; i++) {
            values[i] = random_value(&random);
            bko_histogram_add(histogram, values[i]);
        }
        qsort(values, VALUES, sizeof values[0], by_value);
        for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
            assert_close(bko_histogram_quantile(histogram, quantiles[i]),
                         exact_quantile(values, VALUES, quantiles[i]));
        }
        assert_int_equal(bko_histogram_count(histogram), VALUES);
        assert_int_equal(bko_histogram_max(histogram), values[VALUES - 1]);
        bko_histogram_free(histogram);
    }
}

static void every_power_of_two_and_its_neighbours_are_found_again(void **state) {
    (void)state;
    void *memory = malloc(bko__histogram_size());
    for (int bit = 0; bit <= 42; bit++) {
        for (int64_t value = (1LL << bit) - 1; value <= (1LL << bit) + (bit < 42); value++) {
            bko_histogram *histogram = bko__histogram_init(memory);
            bko_histogram_add(histogram, value);
            bko_histogram_add(histogram, 1LL << 42); /* so that the maximum doesn't cap it */
            assert_close(bko_histogram_quantile(histogram, 0.5), value);
        }
    }
    free(memory);
}

static void small_values_are_exact(void **state) {
    (void)state;
    bko_histogram *histogram;
    assert_int_equal(bko_histogram_create(&histogram), 0);
    for (int64_t value = 0; value < 256; value++) {
        bko_histogram_add(histogram, value);
    }
    for (int64_t value = 0; value < 256; value++) {
        assert_int_equal(bko_histogram_quantile(histogram, (double)(value + 1) / 256), value);
    }
    bko_histogram_free(histogram);
}

static void an_empty_one_answers_zero(void **state) {
    (void)state;
    void *memory = malloc(bko__histogram_size());
    memset(memory, 0xff, bko__histogram_size());
    bko_histogram *histogram = bko__histogram_init(memory);
    assert_int_equal(bko_histogram_count(histogram), 0);
    assert_int_equal(bko_histogram_max(histogram), 0);
    assert_int_equal(bko_histogram_quantile(histogram, 0), 0);
    assert_int_equal(bko_histogram_quantile(histogram, 1), 0);
    free(memory);
    bko_histogram_free(NULL);
}

static void values_out_of_range_count_at_the_ends(void **state) {
    (void)state;
    bko_histogram *histogram;
    assert_int_equal(bko_histogram_create(&histogram), 0);
    bko_histogram_add(histogram, -5);
    bko_histogram_add(histogram, INT64_MIN);
    bko_histogram_add(histogram, INT64_MAX);
    assert_int_equal(bko_histogram_count(histogram), 3);
    assert_int_equal(bko_histogram_quantile(histogram, 0.5), 0);
    assert_int_equal(bko_histogram_quantile(histogram, 1), 1LL << 42);
    assert_int_equal(bko_histogram_max(histogram), 1LL << 42);
    bko_histogram_free(histogram);
}

static void no_quantile_is_above_the_maximum(void **state) {
    (void)state;
    bko_histogram *histogram;
    assert_int_equal(bko_histogram_create(&histogram), 0);
    bko_histogram_add(histogram, 1000001); /* its bucket's middle is above it */
    assert_true(bko_histogram_quantile(histogram, 0.5) <= 1000001);
    assert_true(bko_histogram_quantile(histogram, 1) <= 1000001);
    bko_histogram_free(histogram);
}

static void merging_equals_adding_to_one(void **state) {
    (void)state;
    uint64_t random = 42;
    bko_histogram *parts[3];
    bko_histogram *whole;
    assert_int_equal(bko_histogram_create(&whole), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(bko_histogram_create(&parts[i]), 0);
    }
    for (size_t i = 0; i < VALUES; i++) {
        int64_t value = random_value(&random);
        bko_histogram_add(whole, value);
        bko_histogram_add(parts[i % 2], value); /* parts[2] stays empty */
    }
    bko_histogram_merge(parts[0], parts[1]);
    bko_histogram_merge(parts[0], parts[2]);
    assert_memory_equal(parts[0], whole, bko__histogram_size());
    for (size_t i = 0; i < 3; i++) {
        bko_histogram_free(parts[i]);
    }
    bko_histogram_free(whole);
}

static void *add_many(void *histogram) {
    for (int64_t i = 0; i < ADDS; i++) {
        bko_histogram_add(histogram, i * 1000);
    }
    return NULL;
}

static void concurrent_adds_are_all_counted(void **state) {
    (void)state;
    pthread_t adders[ADDERS];
    bko_histogram *histogram;
    assert_int_equal(bko_histogram_create(&histogram), 0);
    for (size_t i = 0; i < ADDERS; i++) {
        assert_int_equal(pthread_create(&adders[i], NULL, add_many, histogram), 0);
    }
    for (size_t i = 0; i < ADDERS; i++) {
        pthread_join(adders[i], NULL);
    }
    assert_int_equal(bko_histogram_count(histogram), ADDERS * ADDS);
    assert_int_equal(bko_histogram_max(histogram), (ADDS - 1) * 1000);
    assert_close(bko_histogram_quantile(histogram, 0.5), (ADDS / 2 - 1) * 1000);
    bko_histogram_free(histogram);
}

/* Sanitizers are five to ten times as slow: their builds run the same code with fewer values. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { MILLION = 100000 };
#else
enum { MILLION = 1000000 };
#endif

/* Distributions that look like latencies, most values close together and some far away, and worse.
 * */
static int64_t near_with_a_long_tail(uint64_t *seed) {
    double unit = ((double)(random_next(seed) >> 11) + 1) * 0x1p-53;
    return (int64_t)(50000 / pow(unit, 0.7)); /* Pareto */
}

static int64_t lognormal(uint64_t *seed) {
    double sum = 0;
    for (int i = 0; i < 12; i++) {
        sum += (double)(random_next(seed) >> 11) * 0x1p-53;
    }
    return (int64_t)exp(12 + 1.5 * (sum - 6));
}

static int64_t two_humps(uint64_t *seed) {
    uint64_t draw = random_next(seed);
    return draw % 1000 == 0 ? 2000000000 + (int64_t)(draw % 77777777)
                            : 20000 + (int64_t)(draw % 3001);
}

static int64_t all_alike(uint64_t *seed) {
    (void)seed;
    return 123457;
}

static int64_t evenly(uint64_t *seed) {
    return (int64_t)(random_next(seed) % 1000000007);
}

/* Compares every point of the spectrum, and the percentiles of a report, with the sorted values. */
static void check_million(int64_t *values) {
    static const double asked[] = {0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999};
    bko_histogram_point points[BKO_HISTOGRAM_POINTS];
    bko_histogram *histogram;
    assert_int_equal(bko_histogram_create(&histogram), 0);
    for (size_t i = 0; i < MILLION; i++) {
        bko_histogram_add(histogram, values[i]);
    }
    qsort(values, MILLION, sizeof values[0], by_value);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        assert_close(bko_histogram_quantile(histogram, asked[i]),
                     exact_quantile(values, MILLION, asked[i]));
    }
    size_t count = bko_histogram_spectrum(histogram, points);
    assert_true(count > 60 && count <= BKO_HISTOGRAM_POINTS);
    for (size_t i = 0; i < count; i++) {
        assert_close(points[i].value, exact_quantile(values, MILLION, points[i].q));
        assert_true(i == 0 ||
                    (points[i].q > points[i - 1].q && points[i].value >= points[i - 1].value));
        assert_true(points[i].q == 1 || (1 - points[i].q) * MILLION >= 1);
    }
    assert_true((1 - points[count - 2].q) * MILLION < 2);
    assert_int_equal(points[count - 1].value, values[MILLION - 1]);
    bko_histogram_free(histogram);
}

static void a_million_values_of_any_shape_are_within_four_per_mille(void **state) {
    (void)state;
    static int64_t (*const shapes[])(uint64_t *) = {near_with_a_long_tail, lognormal, two_humps,
                                                    all_alike, evenly};
    int64_t *values = malloc(MILLION * sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        uint64_t seed = 88172645463325252ULL + i;
        for (size_t n = 0; n < MILLION; n++) {
            values[n] = shapes[i](&seed);
        }
        check_million(values);
    }
    free(values);
}

static void a_spectrum_goes_no_further_than_its_values(void **state) {
    (void)state;
    bko_histogram_point points[BKO_HISTOGRAM_POINTS];
    bko_histogram *histogram;
    assert_int_equal(bko_histogram_create(&histogram), 0);
    assert_int_equal(bko_histogram_spectrum(histogram, points), 0);
    bko_histogram_add(histogram, 7);
    assert_int_equal(bko_histogram_spectrum(histogram, points), 2); /* the quantiles 0 and 1 */
    for (int64_t value = 1; value <= 99; value++) {
        bko_histogram_add(histogram, value);
    }
    size_t count = bko_histogram_spectrum(histogram, points);
    assert_true(points[0].q == 0 && points[0].value == 1);
    assert_true(points[count - 2].q <= 0.99 && points[count - 2].q > 0.98);
    assert_true(points[count - 1].q == 1 && points[count - 1].value == 99);
    bko_histogram_free(histogram);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_within_four_per_mille_at_every_magnitude),
        cmocka_unit_test(every_power_of_two_and_its_neighbours_are_found_again),
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(an_empty_one_answers_zero),
        cmocka_unit_test(values_out_of_range_count_at_the_ends),
        cmocka_unit_test(no_quantile_is_above_the_maximum),
        cmocka_unit_test(merging_equals_adding_to_one),
        cmocka_unit_test(concurrent_adds_are_all_counted),
        cmocka_unit_test(a_million_values_of_any_shape_are_within_four_per_mille),
        cmocka_unit_test(a_spectrum_goes_no_further_than_its_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
