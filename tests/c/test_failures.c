/* Why jobs failed, as a recorder keeps it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/recorder.h"
#include "record/notes.h"

static bko_recorder *create(void) {
    bko_recorder_options options = {0};
    bko_recorder *recorder;
    assert_int_equal(bko_recorder_create(&recorder, &options), 0);
    return recorder;
}

static bko_failure failure_of(const bko_recorder *recorder, int error, int http_status) {
    bko_failure found[BKO_RECORDER_FAILURES];
    size_t count = bko_recorder_failures(recorder, found);
    for (size_t i = 0; i < count; i++) {
        if (found[i].error == error && found[i].http_status == http_status) {
            return found[i];
        }
    }
    return (bko_failure){.reason = "none"};
}

static void failures_are_counted_by_kind_and_status_with_one_example(void **state) {
    (void)state;
    char text[2000];
    bko_recorder *recorder = create();
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    bko__recorder_failed(recorder, BKO_EHTTP, 500, "a: HTTP status 500");
    bko__recorder_failed(recorder, BKO_EHTTP, 404, text);
    for (int i = 0; i < 10000; i++) {
        snprintf(text, sizeof text, "item %d", i);
        bko__recorder_failed(recorder, BKO_ETASK, 200, text);
    }
    bko__recorder_failed(recorder, BKO_EHTTP, 500, "b: HTTP status 500");
    bko__recorder_failed(recorder, BKO_ETASK, 503, "a task that met 503");
    assert_int_equal(failure_of(recorder, BKO_EHTTP, 500).count, 2);
    assert_string_equal(failure_of(recorder, BKO_EHTTP, 500).reason, "a: HTTP status 500");
    assert_int_equal(strlen(failure_of(recorder, BKO_EHTTP, 404).reason), 303);
    assert_int_equal(failure_of(recorder, BKO_ETASK, 0).count, 10000);
    assert_string_equal(failure_of(recorder, BKO_ETASK, 0).reason, "item 0");
    assert_int_equal(failure_of(recorder, BKO_ETASK, 503).count, 1);
    assert_string_equal(bko_recorder_first_reason(recorder), "a: HTTP status 500");
    bko_recorder_free(recorder);
}

static void more_kinds_of_failures_than_fit_are_left_out(void **state) {
    (void)state;
    bko_failure found[BKO_RECORDER_FAILURES];
    bko_recorder *recorder = create();
    for (int status = 400; status < 440; status++) {
        bko__recorder_failed(recorder, BKO_EHTTP, status, "no");
    }
    bko__recorder_failed(recorder, BKO_EHTTP, 400, "no");
    assert_int_equal(bko_recorder_failures(recorder, found), BKO_RECORDER_FAILURES);
    assert_int_equal(found[0].count, 2);
    assert_int_equal(found[BKO_RECORDER_FAILURES - 1].http_status, 400 + BKO_RECORDER_FAILURES - 1);
    bko_recorder_free(recorder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_are_counted_by_kind_and_status_with_one_example),
        cmocka_unit_test(more_kinds_of_failures_than_fit_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
