/* Seeded numbers are the same in every version, and packed whole numbers survive the round trip. */
#include "core/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/varint.h"

/* The first numbers of the reference implementation (prng.di.unimi.it/splitmix64.c) for this seed.
 * */
static void splitmix_draws_the_published_numbers(void **state) {
    (void)state;
    static const uint64_t published[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973), UINT64_C(9817491932198370423),
        UINT64_C(4593380528125082431)};
    uint64_t random = 1234567;
    for (uint64_t i = 0; i < 4; i++) {
        assert_true(bko__random_at(1234567, i) == published[i]);
        assert_true(bko__random_next(&random) == published[i]);
    }
}

static void fractions_stay_in_their_ranges(void **state) {
    (void)state;
    uint64_t a = 1, b = 1;
    double sum = 0;
    for (int i = 0; i < 100000; i++) {
        double unit = bko__random_unit(&a);
        double above_zero = bko__random_above_zero(&b);
        assert_true(unit >= 0 && unit < 1);
        assert_true(above_zero > 0 && above_zero <= 1);
        sum += unit + above_zero;
    }
    assert_true(sum > 99500 && sum < 100500); /* the standard deviation is 129 */
}

static void varints_come_back(void **state) {
    (void)state;
    static const uint64_t numbers[] = {0, 1, 127, 128, 16383, 16384, UINT64_C(1) << 62, UINT64_MAX};
    static const size_t sizes[] = {1, 1, 1, 2, 2, 3, 9, 10};
    unsigned char bytes[BKO__VARINT_MAX];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        uint64_t number = 42;
        const unsigned char *end = bko__varint_write(bytes, numbers[i]);
        assert_int_equal(end - bytes, sizes[i]);
        assert_ptr_equal(bko__varint_read(bytes, end, &number), end);
        assert_true(number == numbers[i]);
        assert_null(bko__varint_read(bytes, end - 1, &number));
    }
}

static void a_varint_that_is_too_long_is_none(void **state) {
    (void)state;
    unsigned char bytes[11] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 2, 0};
    uint64_t number;
    assert_null(bko__varint_read(bytes, bytes + sizeof bytes, &number));
    bytes[9] = 255;
    assert_null(bko__varint_read(bytes, bytes + sizeof bytes, &number));
}

static void zigzag_folds_signs(void **state) {
    (void)state;
    static const int64_t numbers[] = {0, -1, 1, -2, INT64_MAX, INT64_MIN};
    static const uint64_t folded[] = {0, 1, 2, 3, UINT64_MAX - 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_true(bko__zigzag(numbers[i]) == folded[i]);
        assert_true(bko__unzigzag(folded[i]) == numbers[i]);
    }
}

static void varints_are_appended(void **state) {
    (void)state;
    bko__buffer buffer = {0};
    uint64_t number;
    for (uint64_t i = 0; i < 1000; i++) {
        assert_int_equal(bko__varint_append(&buffer, i * i), 0);
    }
    const unsigned char *at = buffer.data;
    for (uint64_t i = 0; i < 1000; i++) {
        at = bko__varint_read(at, buffer.data + buffer.size, &number);
        assert_non_null(at);
        assert_true(number == i * i);
    }
    assert_ptr_equal(at, buffer.data + buffer.size);
    bko__buffer_free(&buffer);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(splitmix_draws_the_published_numbers),
                                       cmocka_unit_test(fractions_stay_in_their_ranges),
                                       cmocka_unit_test(varints_come_back),
                                       cmocka_unit_test(a_varint_that_is_too_long_is_none),
                                       cmocka_unit_test(zigzag_folds_signs),
                                       cmocka_unit_test(varints_are_appended)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
