/* Numbers have a decimal point, whatever locale the host has set. */
#include "core/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The test makes a locale with a decimal comma itself, because few machines have one installed. */
static char places[] = "/tmp/bakeoff-locale-XXXXXX";
static int has_comma;

static int make_locale(void **state) {
    (void)state;
    char command[256];
    assert_non_null(mkdtemp(places));
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 2>/dev/null",
             places);
    int made = system(command);
    setenv("LOCPATH", places, 1);
    has_comma = made == 0 && setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
    unsetenv("LOCPATH"); /* while it is set, newlocale of glibc loses a little memory */
    return 0;
}

static int remove_locale(void **state) {
    (void)state;
    char command[256];
    snprintf(command, sizeof command, "rm -rf %s", places);
    return system(command);
}

static void need_comma(void) {
    if (!has_comma) {
        print_message("no locale de_DE.UTF-8: localedef can't make it (package locales)\n");
        skip();
    }
}

static void assert_printed(const char *expected) {
    char text[32];
    snprintf(text, sizeof text, "%.1f", 0.5);
    assert_string_equal(text, expected);
}

static void test_a_number_has_a_point(void **state) {
    (void)state;
    need_comma();
    char text[32];
    assert_printed("0,5");
    assert_int_equal(bko__number_print(text, sizeof text, "%.3g s", 0.25), 6);
    assert_string_equal(text, "0.25 s");
    assert_printed("0,5");
}

static void test_a_stretch_may_hold_another(void **state) {
    (void)state;
    need_comma();
    bko__locale plain, host, again;
    bko__locale_enter_plain(&plain);
    assert_printed("0.5");
    bko__locale_enter_host(&host);
    assert_printed("0,5");
    bko__locale_enter_plain(&again);
    assert_printed("0.5");
    bko__locale_leave(&again);
    assert_printed("0,5");
    bko__locale_leave(&host);
    assert_printed("0.5");
    bko__locale_leave(&plain);
    assert_printed("0,5");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_number_has_a_point),
        cmocka_unit_test(test_a_stretch_may_hold_another),
    };
    return cmocka_run_group_tests(tests, make_locale, remove_locale);
}
