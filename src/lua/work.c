/* Work for a CPU: the functions of bakeoff/work.h for scripts. See lua/bakeoff/api/work.lua. */
#include "bakeoff/work.h"

#include <stdlib.h>

#include "bakeoff/error.h"
#include "lua/base/push.h"
#include "lua/module.h"

/* work_sum(n) → 0 + 1 + … + n, modulo 2^64 */
static int work_sum(lua_State *L) {
    lua_Integer n = luaL_checkinteger(L, 1);
    luaL_argcheck(L, n >= 0, 1, "below 0");
    lua_pushinteger(L, (lua_Integer)bko_work_sum((uint64_t)n));
    return 1;
}

static void push_hex(lua_State *L, const unsigned char *bytes, size_t size) {
    static const char digits[] = "0123456789abcdef";
    luaL_Buffer hex;
    luaL_buffinit(L, &hex);
    for (size_t i = 0; i < size; i++) {
        luaL_addchar(&hex, digits[bytes[i] >> 4]);
        luaL_addchar(&hex, digits[bytes[i] & 15]);
    }
    luaL_pushresult(&hex);
}

/* work_sha256(data [, rounds]) → digest in hexadecimal digits */
static int work_sha256(lua_State *L) {
    size_t size = 0;
    const char *data = luaL_checklstring(L, 1, &size);
    lua_Integer rounds = luaL_optinteger(L, 2, 1);
    luaL_argcheck(L, rounds >= 1, 2, "at least 1 round");
    unsigned char digest[BKO_SHA256_SIZE];
    int err = bko_work_sha256(data, size, (uint64_t)rounds, digest);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "sha256");
    }
    push_hex(L, digest, sizeof digest);
    return 1;
}

/* --- tiles ------------------------------------------------------------------------------------ */

static double number_field(lua_State *L, const char *name) {
    lua_getfield(L, 1, name);
    int is_number = 0;
    double value = lua_tonumberx(L, -1, &is_number);
    if (!is_number) {
        luaL_error(L, "'%s' must be a number, not %s", name, luaL_typename(L, -1));
    }
    lua_pop(L, 1);
    return value;
}

/* `otherwise` below 0: the field must be there. */
static unsigned count_field(lua_State *L, const char *name, lua_Integer least, lua_Integer most,
                            lua_Integer otherwise) {
    int is_integer = 0;
    if (lua_getfield(L, 1, name) == LUA_TNIL && otherwise >= 0) {
        lua_pop(L, 1);
        return (unsigned)otherwise;
    }
    lua_Integer value = lua_tointegerx(L, -1, &is_integer);
    if (!is_integer) {
        luaL_error(L, "'%s' must be a whole number, not %s", name, luaL_tolstring(L, -1, NULL));
    }
    if (value < least || value > most) {
        luaL_error(L, "'%s' must be from %I to %I, not %I", name, (LUAI_UACINT)least,
                   (LUAI_UACINT)most, (LUAI_UACINT)value);
    }
    lua_pop(L, 1);
    return (unsigned)value;
}

/* work_mandelbrot { x =, y =, size =, width =, height =, limit = } → width × height bytes */
static int work_mandelbrot(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    bko_mandelbrot tile = {
        .x = number_field(L, "x"),
        .y = number_field(L, "y"),
        .size = number_field(L, "size"),
        .width = count_field(L, "width", 1, BKO_WORK_SIDE, -1),
        .height = count_field(L, "height", 1, BKO_WORK_SIDE, -1),
        .limit = count_field(L, "limit", 1, INT32_MAX, 256),
    };
    if (!(tile.size > 0)) {
        return luaL_error(L, "'size' must be above 0");
    }
    size_t size = (size_t)tile.width * tile.height;
    luaL_Buffer pixels;
    unsigned char *bytes = (unsigned char *)luaL_buffinitsize(L, &pixels, size);
    int err = bko_work_mandelbrot(&tile, bytes);
    if (err != BKO_OK) {
        return luaL_error(L, "mandelbrot: 'x', 'y' and 'size' must be finite");
    }
    luaL_pushresultsize(&pixels, size);
    return 1;
}

/* Pushes the field `pixels`, as many bytes as the tile has; borrowed while it is on the stack. */
static const unsigned char *check_pixels(lua_State *L, size_t wanted) {
    if (lua_getfield(L, 1, "pixels") != LUA_TSTRING) {
        luaL_error(L, "'pixels' must be a string of bytes, not %s", luaL_typename(L, -1));
    }
    size_t size = 0;
    const char *bytes = lua_tolstring(L, -1, &size);
    if (size != wanted) {
        luaL_error(L, "'pixels' has %I bytes, 'width' times 'height' are %I", (LUAI_UACINT)size,
                   (LUAI_UACINT)wanted);
    }
    return (const unsigned char *)bytes;
}

/* work_blur { pixels =, width =, height =, radius =, passes = 3 } → width × height bytes */
static int work_blur(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    bko_blur tile = {
        .width = count_field(L, "width", 1, BKO_WORK_SIDE, -1),
        .height = count_field(L, "height", 1, BKO_WORK_SIDE, -1),
        .radius = count_field(L, "radius", 0, BKO_WORK_SIDE, -1),
        .passes = count_field(L, "passes", 1, INT32_MAX, 3),
    };
    size_t size = (size_t)tile.width * tile.height;
    const unsigned char *in = check_pixels(L, size);
    luaL_Buffer pixels;
    unsigned char *out = (unsigned char *)luaL_buffinitsize(L, &pixels, size);
    int err = bko_work_blur(&tile, in, out);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "blur");
    }
    luaL_pushresultsize(&pixels, size);
    return 1;
}

void bko__lua_work(lua_State *L) {
    static const luaL_Reg functions[] = {{"work_sum", work_sum},
                                         {"work_sha256", work_sha256},
                                         {"work_mandelbrot", work_mandelbrot},
                                         {"work_blur", work_blur},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
