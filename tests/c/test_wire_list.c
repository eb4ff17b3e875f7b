/* Lists and items of wire between two Lua states, also with every allocation failing in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/pool/item.h"
#include "lua/wire/list.h"
#include "lua/wire/wire.h"
#include "support_wire.h"

typedef struct example {
    const char *values, *check;
    int is_plain;
} example;

static const example examples[] = {
    {"return", "assert(select('#', ...) == 0)", 1},
    {"return nil, nil", "assert(select('#', ...) == 2)", 1},
    {"return 1, -1, 63, -64, 64, math.mininteger, math.maxinteger",
     "local v = {...} assert(#v == 7 and v[2] == -1 and v[4] == -64 and v[5] == 64)"
     "assert(v[6] == math.mininteger and v[7] == math.maxinteger and math.type(v[1]) == 'integer')",
     1},
    {"return 1.0, -0.0, 1e300, 0/0, nil, true, false, ''",
     "local a, b, c, d, e, f, g, h = ... assert(math.type(a) == 'float' and 1/b < 0 and c == 1e300)"
     "assert(d ~= d and e == nil and f == true and g == false and h == '')",
     1},
    {"return ('x'):rep(300), 'zero\\0byte'",
     "local a, b = ... assert(#a == 300 and b == 'zero\\0byte')", 1},
    {"local t = {1} return t, {t}, t, 5",
     "local a, b, c, d = ... assert(a == c and b[1] == a and a[1] == 1 and d == 5)", 0},
    {"return print, function(x) return x end", "local p, f = ... assert(p == print and f(2) == 2)",
     0},
};

static void lists_go_from_one_state_to_another(void **state) {
    (void)state;
    lua_State *from = wire_state();
    lua_State *to = wire_state();
    bko__buffer message = {0};
    char error[256];
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        bko__buffer_clear(&message);
        assert_int_equal(bko__buffer_append(&message, "head", 4), BKO_OK);
        int count = wire_eval(from, examples[i].values);
        int first = lua_gettop(from) - count + 1;
        assert_int_equal(bko__lua_wire_encode_list(from, first, count, BKO__WIRE_ARGUMENTS,
                                                   &message, error, sizeof error),
                         BKO_OK);
        assert_int_equal(lua_gettop(from), first + count - 1);
        assert_memory_equal(message.data, "head", 4);
        assert_int_equal(bko__lua_wire_is_plain_list(message.data + 4, message.size - 4),
                         examples[i].is_plain);
        assert_int_equal(
            bko__lua_wire_push_list(to, message.data + 4, message.size - 4, error, sizeof error),
            count);
        wire_check(to, examples[i].check, count);
        lua_settop(from, 0);
        lua_settop(to, 0);
    }
    lua_close(from);
    lua_close(to);
    bko__buffer_free(&message);
}

static void refusals_name_argument_and_result(void **state) {
    (void)state;
    lua_State *L = wire_state();
    bko__buffer message = {0};
    char error[256];
    int count = wire_eval(L, "return 1, { x = coroutine.create(print) }");
    assert_int_equal(
        bko__lua_wire_encode_list(L, 1, count, BKO__WIRE_ARGUMENTS, &message, error, sizeof error),
        BKO_EINVAL);
    assert_string_equal(error, "argument 2: field 'x' is a thread");
    assert_int_equal(message.size, 0);
    assert_int_equal(lua_gettop(L), 2);
    assert_int_equal(
        bko__lua_wire_encode_list(L, 2, 1, BKO__WIRE_RESULTS, &message, error, sizeof error),
        BKO_EINVAL);
    assert_string_equal(error, "result of the task: field 'x' is a thread");
    assert_int_equal(bko__lua_wire_encode_list(L, 1, 2, BKO__WIRE_RESULTS, &message, NULL, 0),
                     BKO_EINVAL);
    lua_close(L);
    bko__buffer_free(&message);
}

/* A prefix of a message is refused. With any byte changed it is refused or yields another list.
 * Reads never pass the end. */
static void broken_lists_are_refused(void **state) {
    (void)state;
    lua_State *L = wire_state();
    bko__buffer message = {0};
    char error[256];
    int count = wire_eval(L, "return 5, 'text', 2.5, true");
    assert_int_equal(
        bko__lua_wire_encode_list(L, 1, count, BKO__WIRE_ARGUMENTS, &message, error, sizeof error),
        BKO_OK);
    for (size_t size = 0; size < message.size; size++) {
        unsigned char *copy = malloc(size + 1); /* so that a sanitizer sees reads past its end */
        assert_non_null(copy);
        memcpy(copy, message.data, size);
        lua_settop(L, 0);
        assert_true(bko__lua_wire_push_list(L, copy, size, error, sizeof error) < 0);
        assert_int_equal(lua_gettop(L), 0);
        free(copy);
    }
    for (size_t i = 0; i < message.size * 256; i++) {
        unsigned char was = message.data[i / 256];
        message.data[i / 256] = (unsigned char)(i % 256);
        bko__lua_wire_push_list(L, message.data, message.size, error, sizeof error);
        lua_settop(L, 0);
        message.data[i / 256] = was;
    }
    lua_close(L);
    bko__buffer_free(&message);
}

/* The length of the last string claims one byte more than the message has. */
static void a_string_beyond_the_end_is_refused(void **state) {
    (void)state;
    enum { LENGTH = 77 }; /* a byte that occurs nowhere else */
    lua_State *L = wire_state();
    bko__buffer message = {0};
    char error[256];
    int count = wire_eval(L, "return ('x'):rep(77)");
    assert_int_equal(
        bko__lua_wire_encode_list(L, 1, count, BKO__WIRE_ARGUMENTS, &message, error, sizeof error),
        BKO_OK);
    unsigned char *copy = malloc(message.size); /* so that a sanitizer sees a read past its end */
    assert_non_null(copy);
    memcpy(copy, message.data, message.size);
    unsigned char *length = memchr(copy, LENGTH, message.size);
    assert_non_null(length);
    *length = LENGTH + 1;
    lua_settop(L, 0);
    assert_true(bko__lua_wire_push_list(L, copy, message.size, error, sizeof error) < 0);
    free(copy);
    lua_close(L);
    bko__buffer_free(&message);
}

static int push_items(lua_State *L) {
    const bko__buffer *message = lua_touserdata(L, 1);
    const unsigned char *at = message->data;
    const unsigned char *end = at + message->size;
    while (at < end) {
        luaL_checkstack(L, 4, NULL);
        at = bko__lua_item_push(L, at, end);
    }
    return lua_gettop(L) - 1;
}

static void items_are_messages_of_their_own(void **state) {
    (void)state;
    lua_State *L = wire_state();
    bko__buffer message = {0};
    char error[256];
    int count = wire_eval(L, "local t = { 1 } return 7, t, 'x', { t }, nil");
    for (int i = 1; i <= count; i++) {
        assert_int_equal(bko__lua_item_put(L, i, "item", &message, error, sizeof error), BKO_OK);
    }
    size_t before = message.size;
    wire_eval(L, "return coroutine.create(print)");
    assert_int_equal(bko__lua_item_put(L, -1, "item 9", &message, error, sizeof error), BKO_EINVAL);
    assert_string_equal(error, "item 9 is a thread");
    assert_int_equal(message.size, before);
    lua_settop(L, 0);
    lua_pushcfunction(L, push_items);
    lua_pushlightuserdata(L, &message);
    assert_int_equal(lua_pcall(L, 1, LUA_MULTRET, 0), LUA_OK);
    assert_int_equal(lua_gettop(L), 5);
    wire_check(
        L, "local a, b, c, d, e = ... assert(a == 7 and b[1] == 1 and c == 'x' and d[1][1] == 1)",
        5);
    message.size -= 3;
    lua_pushcfunction(L, push_items);
    lua_pushlightuserdata(L, &message);
    assert_int_equal(lua_pcall(L, 1, LUA_MULTRET, 0), LUA_ERRRUN);
    lua_close(L);
    bko__buffer_free(&message);
}

static void encoding_survives_every_failing_allocation(void **state) {
    (void)state;
    lua_State *L = wire_state();
    bko__buffer message = {0};
    char error[256];
    int count = wire_eval(L, "local t = { x = 1 } return t, 5, function() return t end, print");
    int err = BKO_ENOMEM;
    for (long allowed = 0; err == BKO_ENOMEM; allowed++) {
        wire_allocations_left = allowed;
        err = bko__lua_wire_encode_list(L, 1, count, BKO__WIRE_ARGUMENTS, &message, error,
                                        sizeof error);
        wire_allocations_left = -1;
        assert_true(err == BKO_OK || (err == BKO_ENOMEM && message.size == 0));
        assert_int_equal(lua_gettop(L), count);
        lua_gc(L, LUA_GCCOLLECT);
    }
    assert_int_equal(err, BKO_OK);
    int pushed = BKO_ENOMEM;
    for (long allowed = 0; pushed == BKO_ENOMEM; allowed++) {
        wire_allocations_left = allowed;
        pushed = bko__lua_wire_push_list(L, message.data, message.size, error, sizeof error);
        wire_allocations_left = -1;
        lua_gc(L, LUA_GCCOLLECT);
    }
    assert_int_equal(pushed, count);
    lua_close(L);
    bko__buffer_free(&message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_go_from_one_state_to_another),
        cmocka_unit_test(refusals_name_argument_and_result),
        cmocka_unit_test(broken_lists_are_refused),
        cmocka_unit_test(a_string_beyond_the_end_is_refused),
        cmocka_unit_test(items_are_messages_of_their_own),
        cmocka_unit_test(encoding_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
