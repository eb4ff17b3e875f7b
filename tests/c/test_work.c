/* Built-in work: known answers, comparison with plain implementations, refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/work.h"

static void a_sum_is_that_of_the_formula(void **state) {
    (void)state;
    static const uint64_t last[] = {0, 1, 2, 100, 524287, 524288, 524289, 3000000};
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++) {
        uint64_t n = last[i];
        assert_int_equal(bko_work_sum(n), n % 2 == 0 ? n / 2 * (n + 1) : (n + 1) / 2 * n);
    }
}

static void assert_digest(const void *data, size_t size, uint64_t rounds, const char *wanted) {
    unsigned char digest[BKO_SHA256_SIZE];
    char hex[2 * BKO_SHA256_SIZE + 1];
    assert_int_equal(bko_work_sha256(data, size, rounds, digest), BKO_OK);
    for (size_t i = 0; i < BKO_SHA256_SIZE; i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
    assert_string_equal(hex, wanted);
}

/* NIST's examples of FIPS 180-4: one block, two blocks, a million letters, nothing. */
static void digests_are_those_of_the_standard(void **state) {
    (void)state;
    static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    assert_digest("abc", 3, 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest(two, 56, 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_digest(NULL, 0, 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    char *letters = malloc(1000000);
    assert_non_null(letters);
    memset(letters, 'a', 1000000);
    assert_digest(letters, 1000000, 1,
                  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(letters);
}

static void another_round_hashes_the_digest(void **state) {
    (void)state;
    unsigned char once[BKO_SHA256_SIZE], twice[BKO_SHA256_SIZE], thousand[BKO_SHA256_SIZE];
    assert_int_equal(bko_work_sha256("abc", 3, 1, once), BKO_OK);
    assert_int_equal(bko_work_sha256(once, sizeof once, 1, once), BKO_OK);
    assert_int_equal(bko_work_sha256("abc", 3, 2, twice), BKO_OK);
    assert_memory_equal(once, twice, sizeof once);
    assert_int_equal(bko_work_sha256("abc", 3, 1000, thousand), BKO_OK);
    assert_int_equal(bko_work_sha256(twice, sizeof twice, 998, twice), BKO_OK);
    assert_memory_equal(twice, thousand, sizeof twice);
    assert_int_equal(bko_work_sha256("abc", 3, 0, once), BKO_EINVAL);
}

/* One pixel around a point of the complex plane. */
static int point(double x, double y, unsigned limit) {
    unsigned char pixel = 0;
    bko_mandelbrot tile = {.x = x, .y = y, .size = 1e-9, .width = 1, .height = 1, .limit = limit};
    assert_int_equal(bko_work_mandelbrot(&tile, &pixel), BKO_OK);
    return pixel;
}

static void points_escape_when_they_should(void **state) {
    (void)state;
    assert_int_equal(point(0, 0, 1000), 0);      /* the cardioid */
    assert_int_equal(point(-1, 0, 1000), 0);     /* the disk of period two */
    assert_int_equal(point(0.3, 0.8, 254), 5);   /* computed with Python's complex numbers */
    assert_int_equal(point(3, 0, 254), 1);       /* at once: iteration 0 */
    assert_int_equal(point(1, 0, 254), 1 + 2);   /* 1, 2, 5: iteration 2 */
    assert_int_equal(point(0.5, 0, 254), 1 + 4); /* 0.5, 0.75, 1.06, 1.63, 3.15 */
}

static void a_tile_has_its_top_on_top_and_its_left_on_the_left(void **state) {
    (void)state;
    unsigned char pixels[6]; /* centres: x -2, 0, 2; y 1, -1; both i and -i are in the set */
    bko_mandelbrot tile = {.x = 0, .y = 0, .size = 6, .width = 3, .height = 2, .limit = 100};
    assert_int_equal(bko_work_mandelbrot(&tile, pixels), BKO_OK);
    assert_int_equal(pixels[1], 0);
    assert_int_equal(pixels[4], 0);
    assert_int_not_equal(pixels[0], 0);
    assert_int_not_equal(pixels[2], 0);
    tile.y = 1; /* now y 2 and 0 */
    assert_int_equal(bko_work_mandelbrot(&tile, pixels), BKO_OK);
    assert_int_not_equal(pixels[1], 0);
    assert_int_equal(pixels[4], 0);
    assert_int_equal(pixels[3], 0); /* -2 is the left end of the set */
}

static void impossible_tiles_are_refused(void **state) {
    (void)state;
    unsigned char pixel = 7;
    bko_mandelbrot good = {.size = 1, .width = 1, .height = 1, .limit = 1};
    bko_mandelbrot bad[] = {good, good, good, good, good};
    bad[0].width = 0;
    bad[1].height = BKO_WORK_SIDE + 1;
    bad[2].limit = 0;
    bad[3].size = 0;
    bad[4].x = 1.0 / 0.0;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(bko_work_mandelbrot(&bad[i], &pixel), BKO_EINVAL);
    }
    bko_blur blur[] = {{0, 1, 1, 1}, {1, 0, 1, 1}, {1, 1, BKO_WORK_SIDE + 1, 1}, {1, 1, 1, 0}};
    for (size_t i = 0; i < sizeof blur / sizeof blur[0]; i++) {
        assert_int_equal(bko_work_blur(&blur[i], &pixel, &pixel), BKO_EINVAL);
    }
    assert_int_equal(pixel, 7);
}

/* --- blur ------------------------------------------------------------------------------------- */

static int clamp(int value, int most) {
    return value < 0 ? 0 : value > most ? most : value;
}

/* The mean of a pixel's neighbours in one direction, computed plainly. */
static unsigned char mean_at(const unsigned char *in, const bko_blur *tile, int x, int y, int dx,
                             int dy) {
    int radius = (int)tile->radius;
    unsigned sum = 0;
    unsigned window = 2 * tile->radius + 1;
    for (int k = -radius; k <= radius; k++) {
        int column = clamp(x + k * dx, (int)tile->width - 1);
        int row = clamp(y + k * dy, (int)tile->height - 1);
        sum += in[row * (int)tile->width + column];
    }
    return (unsigned char)((sum + window / 2) / window);
}

static void blur_plainly(const bko_blur *tile, const unsigned char *in, unsigned char *out, int dx,
                         int dy) {
    for (int y = 0; y < (int)tile->height; y++) {
        for (int x = 0; x < (int)tile->width; x++) {
            *out++ = mean_at(in, tile, x, y, dx, dy);
        }
    }
}

static void a_blur_is_the_mean_of_the_neighbours(void **state) {
    (void)state;
    enum { MOST = 40 * 17 };
    static const bko_blur tiles[] = {{40, 17, 0, 1}, {40, 17, 1, 1}, {40, 17, 5, 3}, {1, 1, 3, 2},
                                     {40, 1, 4, 1},  {1, 17, 4, 1},  {7, 5, 30, 2}};
    unsigned char in[MOST], out[MOST], wanted[MOST], between[MOST];
    uint32_t seed = 1;
    for (size_t i = 0; i < MOST; i++) {
        seed = seed * 1664525 + 1013904223;
        in[i] = (unsigned char)(seed >> 24);
    }
    for (size_t i = 0; i < sizeof tiles / sizeof tiles[0]; i++) {
        size_t size = (size_t)tiles[i].width * tiles[i].height;
        memcpy(wanted, in, size);
        for (unsigned pass = 0; pass < tiles[i].passes; pass++) {
            blur_plainly(&tiles[i], wanted, between, 1, 0);
            blur_plainly(&tiles[i], between, wanted, 0, 1);
        }
        assert_int_equal(bko_work_blur(&tiles[i], in, out), BKO_OK);
        assert_memory_equal(out, wanted, size);
        memcpy(out, in, size);
        assert_int_equal(bko_work_blur(&tiles[i], out, out), BKO_OK); /* in place */
        assert_memory_equal(out, wanted, size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_is_that_of_the_formula),
        cmocka_unit_test(digests_are_those_of_the_standard),
        cmocka_unit_test(another_round_hashes_the_digest),
        cmocka_unit_test(points_escape_when_they_should),
        cmocka_unit_test(a_tile_has_its_top_on_top_and_its_left_on_the_left),
        cmocka_unit_test(impossible_tiles_are_refused),
        cmocka_unit_test(a_blur_is_the_mean_of_the_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
