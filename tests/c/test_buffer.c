/* The growable byte buffer: it grows, keeps its contents, is reused, and refuses impossible sizes.
 * */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>

#include "bakeoff/error.h"
#include "core/buffer.h"

static void an_empty_buffer_holds_no_memory(void **state) {
    (void)state;
    bko__buffer buffer;
    bko__buffer_init(&buffer);
    assert_null(buffer.data);
    assert_int_equal(buffer.size, 0);
    assert_int_equal(bko__buffer_append(&buffer, NULL, 0), BKO_OK);
    assert_null(buffer.data);
    bko__buffer_free(&buffer);
    bko__buffer_free(NULL);
}

static void bytes_stay_as_the_buffer_grows(void **state) {
    (void)state;
    bko__buffer buffer = {0};
    for (unsigned i = 0; i < 100000; i++) {
        unsigned char byte = (unsigned char)(i * 7);
        assert_int_equal(bko__buffer_append(&buffer, &byte, 1), BKO_OK);
    }
    assert_int_equal(buffer.size, 100000);
    for (unsigned i = 0; i < 100000; i++) {
        assert_int_equal(buffer.data[i], (unsigned char)(i * 7));
    }
    bko__buffer_free(&buffer);
    assert_null(buffer.data);
    assert_int_equal(buffer.capacity, 0);
}

static void capacity_doubles(void **state) {
    (void)state;
    bko__buffer buffer = {0};
    int growths = 0;
    size_t last = 0;
    for (int i = 0; i < 1 << 16; i++) {
        assert_int_equal(bko__buffer_append(&buffer, "x", 1), BKO_OK);
        growths += buffer.capacity != last;
        last = buffer.capacity;
    }
    assert_true(growths <= 16);
    bko__buffer_free(&buffer);
}

static void clear_keeps_the_memory(void **state) {
    (void)state;
    bko__buffer buffer = {0};
    assert_int_equal(bko__buffer_append(&buffer, "some bytes", 10), BKO_OK);
    size_t capacity = buffer.capacity;
    bko__buffer_clear(&buffer);
    assert_int_equal(buffer.size, 0);
    assert_int_equal(buffer.capacity, capacity);
    bko__buffer_free(&buffer);
}

static void reserved_room_is_used_without_moving(void **state) {
    (void)state;
    bko__buffer buffer = {0};
    assert_int_equal(bko__buffer_reserve(&buffer, 1000), BKO_OK);
    assert_true(buffer.capacity >= 1000);
    unsigned char *before = buffer.data;
    char block[1000] = {1};
    assert_int_equal(bko__buffer_append(&buffer, block, sizeof block), BKO_OK);
    assert_ptr_equal(before, buffer.data);
    assert_memory_equal(buffer.data, block, sizeof block);
    bko__buffer_free(&buffer);
}

static void impossible_sizes_are_refused_and_change_nothing(void **state) {
    (void)state;
    bko__buffer buffer = {0};
    assert_int_equal(bko__buffer_append(&buffer, "kept", 4), BKO_OK);
    assert_int_equal(bko__buffer_reserve(&buffer, SIZE_MAX), BKO_ENOMEM);
    assert_int_equal(bko__buffer_reserve(&buffer, PTRDIFF_MAX), BKO_ENOMEM);
    assert_int_equal(buffer.size, 4);
    assert_memory_equal(buffer.data, "kept", 4);
    bko__buffer_free(&buffer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_holds_no_memory),
        cmocka_unit_test(bytes_stay_as_the_buffer_grows),
        cmocka_unit_test(capacity_doubles),
        cmocka_unit_test(clear_keeps_the_memory),
        cmocka_unit_test(reserved_room_is_used_without_moving),
        cmocka_unit_test(impossible_sizes_are_refused_and_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
