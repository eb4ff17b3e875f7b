/* Spans (bakeoff/spans.h): forked processes write them in place; the first ones are kept, all are
 * counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/spans.h"
#include "record/spans.h"

enum { PROCESSES = 4, EACH = 500 };

static void add_many(bko_spans *spans, unsigned worker) {
    for (unsigned i = 0; i < EACH; i++) {
        bko_span span = {.start_ns = i,
                         .end_ns = i + 1,
                         .job = i,
                         .worker = (uint16_t)worker,
                         .kind = BKO_SPAN_RUN};
        bko__spans_add(spans, &span);
    }
}

static void forked_processes_write_side_by_side(void **state) {
    (void)state;
    bko_spans *spans = NULL;
    assert_int_equal(bko_spans_create(&spans, PROCESSES * EACH), BKO_OK);
    for (unsigned worker = 0; worker < PROCESSES; worker++) {
        if (fork() == 0) {
            add_many(spans, worker);
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
    size_t count = 0;
    const bko_span *kept = bko_spans_kept(spans, &count);
    assert_int_equal(count, PROCESSES * EACH);
    unsigned next[PROCESSES] = {0}; /* all spans of each process, in its order */
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(kept[i].kind, BKO_SPAN_RUN);
        assert_int_equal(kept[i].job, next[kept[i].worker]++);
        assert_int_equal(kept[i].end_ns, kept[i].start_ns + 1);
    }
    bko_spans_free(spans);
}

static void what_has_no_room_is_counted(void **state) {
    (void)state;
    bko_spans *spans = NULL;
    assert_int_equal(bko_spans_create(&spans, 10), BKO_OK);
    add_many(spans, 0);
    size_t count = 0;
    const bko_span *kept = bko_spans_kept(spans, &count);
    assert_int_equal(count, 10);
    assert_int_equal(kept[9].job, 9);
    assert_int_equal(bko_spans_added(spans), EACH);
    assert_int_equal(bko_histogram_count(bko_spans_loop_lag(spans)), 0);
    bko_spans_free(spans);
}

static void none_and_too_many_are_no_trouble(void **state) {
    (void)state;
    bko_span span = {.kind = BKO_SPAN_FETCH};
    bko__spans_add(NULL, &span);
    bko_spans_free(NULL);
    bko_spans *spans = NULL;
    assert_int_equal(bko_spans_create(&spans, SIZE_MAX / 2), BKO_ENOMEM);
    assert_null(spans);
    assert_int_equal(bko_spans_create(&spans, 0), BKO_OK);
    bko__spans_add(spans, &span);
    size_t count = 1;
    (void)bko_spans_kept(spans, &count);
    assert_int_equal(count, 0);
    bko_spans_free(spans);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forked_processes_write_side_by_side),
        cmocka_unit_test(what_has_no_room_is_counted),
        cmocka_unit_test(none_and_too_many_are_no_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
