/* URLs as text: which are accepted, what never leaks, how they become file names. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/fetch.h"
#include "net/url.h"

static void http_and_https_with_a_host_are_let_in(void **state) {
    (void)state;
    static const char *const good[] = {
        "http://host",           "https://host/",       "HTTP://Host:8080/a?b#c",
        "http://user:pw@host/x", "http://[::1]:80/",    "https://host?query",
        "http://127.0.0.1:9/",   "http://h/a%20b?c=@d", "http://user@host"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(bko_url_check(good[i]), BKO_OK);
    }
}

static void other_schemes_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"file:///etc/passwd", "ftp://host/", "host/path",  "",
                                      "http:/host",         " http://h",   "gopher://h", "http:"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(bko_url_check(bad[i]), BKO_ESCHEME);
    }
}

static void no_host_and_control_characters_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "http://",           "http:///path",  "https://?q",     "http://ho st/", "http://h/a b",
        "http://h/\r\nX: y", "http://h/\x7f", "http://h/\ttab", "http://#x",     "http://user:pw@/",
        "http://user@",      "http://:80/",   "http://a@:80/"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(bko_url_check(bad[i]), BKO_EINVAL);
    }
}

static void a_refusal_says_what_is_wrong(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"http://h/a b", "contains a space; write %20"},
        {"http://h/\ttab", "contains a tab; write %09"},
        {"http://h/\r\nX: y", "contains a line break"},
        {"http://h/\nX: y", "contains a line break"},
        {"http://h/\x7f", "contains a control character"},
        {"http://h/\x01", "contains a control character"},
        {"http:///path", "has no host"},
        {"http://user:pw@/", "has no host"},
        {"ftp://a b/", "only http and https URLs are fetched"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_string_equal(bko__url_fault(pairs[i][0]), pairs[i][1]);
    }
    assert_null(bko__url_fault("http://h/a%20b"));
}

static void credentials_never_show(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"http://user:secret@host/x", "http://***@host/x"},
        {"http://secret@host", "http://***@host"},
        {"http://user:sec@ret@host/", "http://***@host/"},
        {"http://user:se'cret@host/", "http://***@host/"},
        {"http://user:se\"cret@host/", "http://***@host/"},
        {"http://user:<secret>@host/", "http://***@host/"},
        {"http://user:sec%40ret@host:80/@home", "http://***@host:80/@home"},
        {"http://u:secret@a/ and https://v:secret@b/", "http://***@a/ and https://***@b/"},
        {"proxy socks5://u:secret@p: refused", "proxy socks5://***@p: refused"},
        {"http://h/?token=abc&day=5", "http://h/?token=***&day=5"},
        {"http://h/?day=5&API-Key=abc#x", "http://h/?day=5&API-Key=***#x"},
        {"got \"http://h/?x_auth=a.b-c\": 401", "got \"http://h/?x_auth=***\": 401"},
        {"http://h/#access_token=abc", "http://h/#access_token=***"},
        {"http://h/?token=", "http://h/?token="},
        {"http://h/?key=17&key=abcdefgh1&sig=123456789", "http://h/?key=17&key=***&sig=123456789"},
        {"http://h/?author=me&authors=us&authority=x",
         "http://h/?author=me&authors=us&authority=***"},
        {"http://h/token=abc?page", "http://h/token=abc?page"},
        {"http://host/mail?to=a@b", "http://host/mail?to=a@b"},
        {"http://host?to=a@b", "http://host?to=a@b"},
        {"http://host#a@b", "http://host#a@b"},
        {"mail a@b about http://host", "mail a@b about http://host"},
        {"http://host failed, ask a@b", "http://host failed, ask a@b"},
        {"no url: x@y", "no url: x@y"},
        {"://", "://"},
        {"", ""}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char out[200];
        bko_url_redact(pairs[i][0], out, sizeof out);
        assert_string_equal(out, pairs[i][1]);
    }
}

static void redacting_stays_within_any_size(void **state) {
    (void)state;
    static const char text[] = "get http://user:secret@host/path";
    for (size_t size = 0; size < 40; size++) {
        char *out = malloc(size > 0 ? size : 1); /* exact, so that tools see one byte too many */
        out[0] = 'x';
        bko_url_redact(text, out, size);
        if (size > 0) {
            assert_true(strlen(out) < size);
            assert_null(strstr(out, "sec"));
        } else {
            assert_int_equal(out[0], 'x');
        }
        free(out);
    }
}

static void assert_safe(const char *name) {
    assert_in_range(strlen(name), 1, 120);
    assert_true(name[0] != '.');
    for (const char *c = name; *c != '\0'; c++) {
        int plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                    (*c >= '0' && *c <= '9') || *c == '.' || *c == '_' || *c == '-';
        assert_true(plain);
    }
}

static void file_names_are_safe_whatever_the_url(void **state) {
    (void)state;
    char lengthy[5000];
    char name[121];
    memset(lengthy, 'a', sizeof lengthy - 1);
    memcpy(lengthy, "http://", 7);
    lengthy[sizeof lengthy - 1] = '\0';
    const char *const urls[] = {"http://host/../../etc/passwd",
                                "http://.hidden/",
                                "http://..",
                                "http://user:secret@host/",
                                "http://host/?day=5&token=secret",
                                "http://h/a\\b:c*",
                                "http://h/\xc3\xa9",
                                "http://h/%2e%2e%2f?x=|rm -rf",
                                "",
                                "///",
                                "http://",
                                lengthy,
                                "..."};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        bko_url_file_name(urls[i], name, sizeof name);
        assert_safe(name);
        assert_null(strstr(name, "secret"));
    }
    bko_url_file_name("http://host/page.html?x=1", name, sizeof name);
    assert_int_equal(strncmp(name, "host_page.html_x_1-", 19), 0);
}

static void different_urls_get_different_names(void **state) {
    (void)state;
    enum { COUNT = 2000 };
    static char names[COUNT][121];
    char url[400];
    for (size_t i = 0; i < COUNT; i++) { /* they differ only beyond what the name can hold */
        snprintf(url, sizeof url, "http://host/%0300d", (int)i);
        bko_url_file_name(url, names[i], sizeof names[i]);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(names[i], names[j]);
        }
    }
    bko_url_file_name("http://host/a/b", names[0], sizeof names[0]);
    bko_url_file_name("http://host/a_b", names[1], sizeof names[1]);
    assert_string_not_equal(names[0], names[1]);
    bko_url_file_name("http://host/a_b", names[2], sizeof names[2]);
    assert_string_equal(names[1], names[2]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_and_https_with_a_host_are_let_in),
        cmocka_unit_test(other_schemes_are_refused),
        cmocka_unit_test(no_host_and_control_characters_are_refused),
        cmocka_unit_test(a_refusal_says_what_is_wrong),
        cmocka_unit_test(credentials_never_show),
        cmocka_unit_test(redacting_stays_within_any_size),
        cmocka_unit_test(file_names_are_safe_whatever_the_url),
        cmocka_unit_test(different_urls_get_different_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
