/* Work for a CPU: the functions of bakeoff/work.h for scripts (lua/bakeoff/api/work.lua), and what HTML
 * pages need: SHA-256 and files as base64. */
#include "bakeoff/work.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "bakeoff/error.h"
#include "lua/base/options.h"
#include "lua/base/push.h"
#include "lua/module.h"

/* work_sum(n) → 0 + 1 + … + n, modulo 2^64 */
static int work_sum(lua_State *L) {
    lua_Integer n = luaL_checkinteger(L, 1);
    luaL_argcheck(L, n >= 0, 1, "expected 0 or more");
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
    luaL_argcheck(L, rounds >= 1, 2, "expected at least 1 round");
    unsigned char digest[BKO_SHA256_SIZE];
    int err = bko_work_sha256(data, size, (uint64_t)rounds, digest);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "sha256");
    }
    push_hex(L, digest, sizeof digest);
    return 1;
}

/* fnv1a(data) → its 64-bit FNV-1a hash (draft-eastlake-fnv), as an integer */
static int work_fnv1a(lua_State *L) {
    size_t size = 0;
    const char *data = luaL_checklstring(L, 1, &size);
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (unsigned char)data[i]) * 0x100000001b3;
    }
    lua_pushinteger(L, (lua_Integer)hash);
    return 1;
}

/* sha256_base64(data) → digest in base64 (RFC 4648), the form in which a page's
 * Content-Security-Policy identifies a script */
static int sha256_base64(lua_State *L) {
    size_t size = 0;
    const char *data = luaL_checklstring(L, 1, &size);
    unsigned char digest[BKO_SHA256_SIZE];
    int err = bko_work_sha256(data, size, 1, digest);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "sha256");
    }
    unsigned char text[4 * ((BKO_SHA256_SIZE + 2) / 3) + 1];
    int length = EVP_EncodeBlock(text, digest, BKO_SHA256_SIZE);
    lua_pushlstring(L, (const char *)text, (size_t)length);
    return 1;
}

/* base64(data) → the bytes as base64 (RFC 4648), as in data: addresses; or nil, message, code */
static int base64(lua_State *L) {
    size_t size = 0;
    const char *data = luaL_checklstring(L, 1, &size);
    if (size > INT_MAX / 2) { /* OpenSSL counts with int */
        return bko__lua_fail(L, BKO_ETOOLARGE, "base64");
    }
    luaL_Buffer text;
    char *out = luaL_buffinitsize(L, &text, 4 * ((size + 2) / 3) + 1);
    int length = EVP_EncodeBlock((unsigned char *)out, (const unsigned char *)data, (int)size);
    luaL_pushresultsize(&text, (size_t)length);
    return 1;
}

/* --- tiles ------------------------------------------------------------------------------------ */

enum { REQUIRED = -1 }; /* in place of an absent field: out of range, so that reading it raises */

static unsigned count_field(lua_State *L, const char *name, lua_Integer least, lua_Integer most,
                            lua_Integer otherwise) {
    return (unsigned)bko__lua_opt_integer(L, 1, name, otherwise, least, most);
}

static unsigned side(lua_State *L, const char *name) {
    return count_field(L, name, 1, BKO_WORK_SIDE, REQUIRED);
}

/* work_mandelbrot { x =, y =, size =, width =, height =, limit = } → width × height bytes */
static int work_mandelbrot(lua_State *L) {
    static const bko__lua_opt_range finite = {-DBL_MAX, DBL_MAX, "a finite number"};
    static const bko__lua_opt_range above_0 = {DBL_TRUE_MIN, DBL_MAX, "a number above 0"};
    luaL_checktype(L, 1, LUA_TTABLE);
    bko_mandelbrot tile = {
        .x = bko__lua_opt_number(L, 1, "x", NAN, &finite),
        .y = bko__lua_opt_number(L, 1, "y", NAN, &finite),
        .size = bko__lua_opt_number(L, 1, "size", NAN, &above_0),
        .width = side(L, "width"),
        .height = side(L, "height"),
        .limit = count_field(L, "limit", 1, INT32_MAX, 256),
    };
    size_t size = (size_t)tile.width * tile.height;
    luaL_Buffer pixels;
    unsigned char *bytes = (unsigned char *)luaL_buffinitsize(L, &pixels, size);
    int err = bko_work_mandelbrot(&tile, bytes);
    if (err != BKO_OK) {
        return bko__lua_fail(L, err, "mandelbrot");
    }
    luaL_pushresultsize(&pixels, size);
    return 1;
}

/* Pushes the field `pixels`, which must have as many bytes as the tile; borrowed while it is on the
 * stack. */
static const unsigned char *check_pixels(lua_State *L, size_t wanted) {
    if (lua_getfield(L, 1, "pixels") != LUA_TSTRING) {
        luaL_error(L, "pixels: expected a string of bytes, got %s", luaL_typename(L, -1));
    }
    size_t size = 0;
    const char *bytes = lua_tolstring(L, -1, &size);
    if (size != wanted) {
        luaL_error(L, "pixels: expected width * height = %I bytes, got %I", (LUAI_UACINT)wanted,
                   (LUAI_UACINT)size);
    }
    return (const unsigned char *)bytes;
}

/* work_blur { pixels =, width =, height =, radius =, passes = 3 } → width × height bytes */
static int work_blur(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    bko_blur tile = {
        .width = side(L, "width"),
        .height = side(L, "height"),
        .radius = count_field(L, "radius", 0, BKO_WORK_SIDE, REQUIRED),
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
                                         {"fnv1a", work_fnv1a},
                                         {"sha256_base64", sha256_base64},
                                         {"work_mandelbrot", work_mandelbrot},
                                         {"work_blur", work_blur},
                                         {"base64", base64},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
