/* Moments in a heap: the earliest comes first; equal times keep the order in which they were
 * pushed. */
#include "core/timer_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/random.h"

enum { MANY = 1000 };

typedef struct moment {
    int64_t due_ns;
    size_t slot;
} moment;

static moment *of(size_t *slot) {
    return (moment *)(void *)((char *)slot - offsetof(moment, slot));
}

static moment *take_first(bko__timer_heap *heap) {
    moment *first = of(bko__timer_heap_first(heap)->slot);
    bko__timer_heap_remove(heap, &first->slot);
    assert_int_equal(first->slot, 0);
    return first;
}

static void push_all(bko__timer_heap *heap, moment *moments, int64_t below) {
    uint64_t random = 7;
    for (size_t i = 0; i < MANY; i++) {
        moments[i].due_ns = (int64_t)(bko__random_next(&random) % (uint64_t)below);
        assert_int_equal(bko__timer_heap_push(heap, moments[i].due_ns, &moments[i].slot), 0);
    }
}

static void assert_in_order(const moment *before, const moment *after) {
    assert_true(before->due_ns < after->due_ns ||
                (before->due_ns == after->due_ns && before < after));
}

static void an_empty_heap_has_no_first(void **state) {
    (void)state;
    bko__timer_heap heap = {0};
    size_t slot = 0;
    assert_null(bko__timer_heap_first(&heap));
    bko__timer_heap_remove(&heap, &slot);
    assert_null(bko__timer_heap_first(&heap));
    bko__timer_heap_clear(&heap);
}

/* Many share a time; neighbours in the array must then keep their order. */
static void moments_leave_in_order(void **state) {
    (void)state;
    static moment moments[MANY];
    bko__timer_heap heap = {0};
    push_all(&heap, moments, 50);
    const moment *before = take_first(&heap);
    for (size_t i = 1; i < MANY; i++) {
        const moment *next = take_first(&heap);
        assert_in_order(before, next);
        before = next;
    }
    assert_null(bko__timer_heap_first(&heap));
    bko__timer_heap_clear(&heap);
}

static void any_may_be_removed(void **state) {
    (void)state;
    static moment moments[MANY];
    bko__timer_heap heap = {0};
    push_all(&heap, moments, 1 << 20);
    for (size_t i = 0; i < MANY; i += 3) {
        bko__timer_heap_remove(&heap, &moments[i].slot);
        assert_int_equal(moments[i].slot, 0);
        bko__timer_heap_remove(&heap, &moments[i].slot); /* harmless */
    }
    const moment *before = take_first(&heap);
    size_t left = 1;
    for (; bko__timer_heap_first(&heap) != NULL; left++) {
        const moment *next = take_first(&heap);
        assert_in_order(before, next);
        assert_int_not_equal((next - moments) % 3, 0);
        before = next;
    }
    assert_int_equal(left, MANY - (MANY + 2) / 3);
    bko__timer_heap_clear(&heap);
}

static void clearing_removes_all(void **state) {
    (void)state;
    static moment moments[MANY];
    bko__timer_heap heap = {0};
    push_all(&heap, moments, 100);
    bko__timer_heap_clear(&heap);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(moments[i].slot, 0);
    }
    assert_null(bko__timer_heap_first(&heap));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_heap_has_no_first), cmocka_unit_test(moments_leave_in_order),
        cmocka_unit_test(any_may_be_removed), cmocka_unit_test(clearing_removes_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
