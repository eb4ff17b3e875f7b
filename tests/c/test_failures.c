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

static void errors_of_tasks_are_told_apart_by_their_texts(void **state) {
    (void)state;
    bko_failure found[BKO_RECORDER_FAILURES];
    bko_recorder *recorder = create();
    static const char *const texts[] = {
        "item 1: prices.lua:12: the disk is on fire",
        "item 22: prices.lua:12: the disk is on fire",
        "item 3: prices.lua:40: no field 'a'",
        "item 4: prices.lua:40: no field 'bb'\nstack",
        "item 5: table: 0x55d76310f4d0 isn't a price",
        "item 6: table: 0x7fd1 isn't a price",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        bko__recorder_failed(recorder, BKO_ETASK, 0, texts[i]);
    }
    assert_int_equal(bko_recorder_failures(recorder, found), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(found[i].count, 2);
        assert_string_equal(found[i].reason, texts[2 * i]);
        assert_int_not_equal(found[i].text, 0);
    }
    bko_recorder_free(recorder);
}

static void failed_connections_are_told_apart_by_their_causes_not_by_their_places(void **state) {
    (void)state;
    bko_failure found[BKO_RECORDER_FAILURES];
    bko_recorder *recorder = create();
    static const char *const texts[] = {
        "http://127.0.0.1:1/a: Failed to connect to 127.0.0.1 port 1 after 0 ms",
        "http://[::1]:22/bb/c: Failed to connect to b.example port 22 after 30 ms",
        "http://nowhere.invalid/1: Could not resolve host: nowhere.invalid",
        "http://gone.invalid/22: Could not resolve host: gone.invalid",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        bko__recorder_failed(recorder, BKO_ECONNECT, 0, texts[i]);
    }
    assert_int_equal(bko_recorder_failures(recorder, found), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(found[i].count, 2);
        assert_string_equal(found[i].reason, texts[2 * i]);
    }
    bko_recorder_free(recorder);
}

static void the_rarer_texts_of_many_count_together(void **state) {
    (void)state;
    bko_failure found[BKO_RECORDER_FAILURES];
    char text[40];
    bko_recorder *recorder = create();
    for (int i = 0; i < 26; i++) {
        snprintf(text, sizeof text, "error %c", 'a' + i);
        bko__recorder_failed(recorder, BKO_ETASK, 0, text);
    }
    bko__recorder_failed(recorder, BKO_ETASK, 0, "error a");
    bko__recorder_failed(recorder, BKO_ECHECK, 0, "status is 200: got 500");
    assert_int_equal(bko_recorder_failures(recorder, found), 10);
    assert_int_equal(found[0].count, 2);
    assert_int_equal(found[8].text, 0);
    assert_int_equal(found[8].count, 18);
    assert_string_equal(found[8].reason, "error i");
    assert_int_equal(found[9].error, BKO_ECHECK);
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
        cmocka_unit_test(errors_of_tasks_are_told_apart_by_their_texts),
        cmocka_unit_test(failed_connections_are_told_apart_by_their_causes_not_by_their_places),
        cmocka_unit_test(the_rarer_texts_of_many_count_together),
        cmocka_unit_test(more_kinds_of_failures_than_fit_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
