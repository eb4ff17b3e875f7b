/* Wire between two Lua states, also with every allocation failing in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>

#include "bakeoff/error.h"
#include "lua/wire/wire.h"
#include "support_wire.h"

static const char rich_value[] =
    "local five, count = 5, 0\n"
    "local function again(n) return n == 0 and five or again(n - 1) end\n"
    "local t = { 1, 2.5, 'three', { deep = { true } }, print, string, io.stdout }\n"
    "t.self, t.again = t, again\n"
    "t.up, t.get = function() count = count + 1 end, function() return count end\n"
    "t.globals = function() return _ENV, tostring(five) end\n"
    "return t";

static const char check_value[] =
    "local t = ...\n"
    "t.up() t.up()\n"
    "assert(t.get() == 2 and t.again(3) == 5 and t.self == t and t[4].deep[1] == true)\n"
    "assert(t[5] == print and t[6] == string and t[7] == io.stdout)\n"
    "local env, text = t.globals()\n"
    "assert(env == _G and text == '5')";

static void a_value_goes_from_one_state_to_another(void **state) {
    (void)state;
    lua_State *from = wire_state();
    lua_State *to = wire_state();
    bko__buffer message = {0};
    char error[256];
    assert_int_equal(bko__buffer_append(&message, "head", 4), BKO_OK);
    wire_eval(from, rich_value);
    int top = lua_gettop(from);
    assert_int_equal(bko__lua_wire_encode(from, -1, "value", &message, error, sizeof error),
                     BKO_OK);
    assert_int_equal(lua_gettop(from), top);
    lua_close(from);
    assert_memory_equal(message.data, "head", 4);
    assert_int_equal(
        bko__lua_wire_decode(to, message.data + 4, message.size - 4, error, sizeof error), BKO_OK);
    assert_int_equal(lua_gettop(to), 1);
    wire_check(to, check_value, 1);
    lua_close(to);
    bko__buffer_free(&message);
}

static void a_refusal_leaves_stack_and_buffer_as_they_were(void **state) {
    (void)state;
    lua_State *L = wire_state();
    bko__buffer message = {0};
    char error[256];
    char tiny[8];
    wire_eval(L, "local db = coroutine.create(print) return { 1, f = function() return db end }");
    assert_int_equal(bko__buffer_append(&message, "head", 4), BKO_OK);
    assert_int_equal(bko__lua_wire_encode(L, 1, "task", &message, error, sizeof error), BKO_EINVAL);
    assert_string_equal(error, "task: field 'f': upvalue 'db' is a thread");
    assert_int_equal(message.size, 4);
    assert_int_equal(lua_gettop(L), 1);
    assert_int_equal(bko__lua_wire_encode(L, 1, "task", &message, tiny, sizeof tiny), BKO_EINVAL);
    assert_string_equal(tiny, "task: f");
    assert_int_equal(bko__lua_wire_encode(L, 1, "task", &message, NULL, 0), BKO_EINVAL);
    assert_int_equal(bko__lua_wire_decode(L, "x", 1, NULL, 0), BKO_EPROTOCOL);
    assert_int_equal(bko__lua_wire_decode(L, NULL, 0, error, sizeof error), BKO_EPROTOCOL);
    assert_int_equal(lua_gettop(L), 1);
    lua_close(L);
    bko__buffer_free(&message);
}

static void encoding_survives_every_failing_allocation(void **state) {
    (void)state;
    lua_State *L = wire_state();
    bko__buffer message = {0};
    char error[256];
    int err = BKO_ENOMEM;
    wire_eval(L, rich_value);
    for (long k = 0; err != BKO_OK; k++) {
        assert_true(k < 10000);
        lua_gc(L, LUA_GCCOLLECT);
        wire_allocations_left = k;
        err = bko__lua_wire_encode(L, -1, "value", &message, error, sizeof error);
        wire_allocations_left = -1;
        assert_true(err == BKO_OK || (err == BKO_ENOMEM && message.size == 0));
        assert_int_equal(lua_gettop(L), 1);
    }
    lua_close(L);
    bko__buffer_free(&message);
}

static void decoding_survives_every_failing_allocation(void **state) {
    (void)state;
    lua_State *L = wire_state();
    bko__buffer message = {0};
    char error[256];
    int err = BKO_ENOMEM;
    wire_eval(L, rich_value);
    assert_int_equal(bko__lua_wire_encode(L, -1, "value", &message, error, sizeof error), BKO_OK);
    lua_settop(L, 0);
    for (long k = 0; err != BKO_OK; k++) {
        assert_true(k < 10000);
        lua_gc(L, LUA_GCCOLLECT);
        wire_allocations_left = k;
        err = bko__lua_wire_decode(L, message.data, message.size, error, sizeof error);
        wire_allocations_left = -1;
        assert_true(err == BKO_OK || err == BKO_ENOMEM);
        assert_int_equal(lua_gettop(L), err == BKO_OK ? 1 : 0);
    }
    wire_check(L, check_value, 1);
    lua_close(L);
    bko__buffer_free(&message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_goes_from_one_state_to_another),
        cmocka_unit_test(a_refusal_leaves_stack_and_buffer_as_they_were),
        cmocka_unit_test(encoding_survives_every_failing_allocation),
        cmocka_unit_test(decoding_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
