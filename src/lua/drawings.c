/*
 * Joins two drawings of one chart, light and dark, into one, for lua/bakeoff/report/html/svg.lua. A
 * drawing has thousands of tags, which differ mostly in a place: Lua is asked once for each pair of
 * tags that are the same except for their place.
 */
#include <lauxlib.h>
#include <stdbool.h>
#include <string.h>

#include "core/buffer.h"
#include "lua/base/push.h"
#include "lua/module.h"

/* Stack positions: the arguments of join_drawings; what Lua has answered. */
enum { LIGHT = 1, DARK, JOIN, KNOWN };

enum { MOST_OPEN = 64 }; /* groups that nothing has been found in yet */

#define PLACE "\2" /* stands for a place in what Lua sees */

typedef struct slice {
    const char *at;
    size_t size;
} slice;

/* A tag in three parts: what is before its place, the place, what is behind it. Without a place,
 * all is in the first. */
typedef struct tag {
    slice before, place, after;
} tag;

typedef struct reader {
    const char *at, *end;
    tag tag;
    slice text; /* between this tag and the next */
} reader;

typedef struct joiner {
    lua_State *L;
    bko__buffer *out, *key;
    reader light, dark;
    struct {
        tag light, dark;
    } open[MOST_OPEN];
    int open_count;
} joiner;

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_of_place(char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == ',' || c == '-' || c == 'M' || c == 'L' ||
           is_space(c);
}

static slice between(const char *from, const char *to) {
    return (slice){from, (size_t)(to - from)};
}

static bool is_same(slice a, slice b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

static bool is_blank(slice text) {
    for (size_t n = 0; n < text.size; n++) {
        if (!is_space(text.at[n])) {
            return false;
        }
    }
    return true;
}

/* The last value in single quotes, if it can be a place: d='M1,2 L3,4'. */
static slice quoted_place(slice whole) {
    const char *last = memrchr(whole.at, '\'', whole.size);
    const char *at = last;
    while (at != NULL && at > whole.at && is_of_place(at[-1])) {
        at--;
    }
    if (at == last || at == whole.at || at[-1] != '\'') {
        return (slice){0};
    }
    const char *before = at - 1;
    while (before > whole.at && is_space(before[-1])) {
        before--;
    }
    return before > whole.at && before[-1] == '=' ? between(at, last) : (slice){0};
}

/* The place of transform="translate(1,2)". */
static slice moved_place(slice whole) {
    static const char word[] = "translate(";
    const char *found = memmem(whole.at, whole.size, word, sizeof word - 1);
    if (found == NULL) {
        return (slice){0};
    }
    const char *first = found + sizeof word - 1;
    const char *at = first;
    const char *end = whole.at + whole.size;
    while (at < end && is_of_place(*at)) {
        at++;
    }
    return at > first && at < end && *at == ')' ? between(first, at) : (slice){0};
}

static tag split(slice whole) {
    slice place = quoted_place(whole);
    if (place.size == 0) {
        place = moved_place(whole);
    }
    if (place.size == 0) {
        return (tag){.before = whole};
    }
    const char *behind = place.at + place.size;
    return (tag){between(whole.at, place.at), place, between(behind, whole.at + whole.size)};
}

/* Goes on to the next tag. false: there is none. */
static bool next(reader *self) {
    const char *first = memchr(self->at, '<', (size_t)(self->end - self->at));
    const char *last = first ? memchr(first, '>', (size_t)(self->end - first)) : NULL;
    if (last == NULL) {
        return false;
    }
    const char *behind = memchr(last, '<', (size_t)(self->end - last));
    self->at = behind ? behind : self->end;
    self->text = between(last + 1, self->at);
    self->tag = split(between(first, last + 1));
    return true;
}

static void put(joiner *self, bko__buffer *out, const char *bytes, size_t size) {
    if (bko__buffer_append(out, bytes, size) != 0) {
        luaL_error(self->L, "not enough memory");
    }
}

/* A place, with one space for any number of white space. */
static void put_place(joiner *self, slice place) {
    if (bko__buffer_reserve(self->out, place.size) != 0) {
        luaL_error(self->L, "not enough memory");
    }
    for (size_t n = 0; n < place.size; n++) {
        if (!is_space(place.at[n])) {
            self->out->data[self->out->size++] = (unsigned char)place.at[n];
        } else if (n == 0 || !is_space(place.at[n - 1])) {
            self->out->data[self->out->size++] = ' ';
        }
    }
}

/* A tag as Lua sees it, in memory for keys. */
static slice put_common(joiner *self, const tag *one) {
    size_t from = self->key->size;
    put(self, self->key, one->before.at, one->before.size);
    if (one->place.size > 0) {
        put(self, self->key, PLACE, 1);
        put(self, self->key, one->after.at, one->after.size);
    }
    return (slice){NULL, self->key->size - from};
}

/* Pushes Lua's answer for a pair of tags: { before, after }, or nil. */
static void push_answer(joiner *self, const tag *light, const tag *dark) {
    lua_State *L = self->L;
    bko__buffer_clear(self->key);
    slice first = put_common(self, light);
    slice second = put_common(self, dark);
    const char *key = (const char *)self->key->data;
    lua_pushlstring(L, key, first.size + second.size);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, KNOWN) != LUA_TNIL) {
        return;
    }
    lua_pop(L, 1);
    lua_pushvalue(L, JOIN);
    lua_pushlstring(L, key, first.size);
    lua_pushlstring(L, key + first.size, second.size);
    lua_call(L, 2, 1);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, KNOWN);
}

static void put_part(joiner *self, lua_Integer index) {
    size_t size = 0;
    lua_rawgeti(self->L, -1, index);
    const char *bytes = luaL_checklstring(self->L, -1, &size);
    put(self, self->out, bytes, size);
    lua_pop(self->L, 1);
}

/* Writes a tag. false: the drawings differ in more than their colours. */
static bool put_tag(joiner *self, const tag *light, const tag *dark) {
    if (!is_same(light->place, dark->place)) {
        return false;
    }
    push_answer(self, light, dark);
    bool can_join = lua_istable(self->L, -1);
    if (can_join) {
        put_part(self, 1);
        put_place(self, light->place);
        put_part(self, 2);
    }
    lua_pop(self->L, 2);
    return can_join;
}

static bool put_open(joiner *self) {
    for (int n = 0; n < self->open_count; n++) {
        if (!put_tag(self, &self->open[n].light, &self->open[n].dark)) {
            return false;
        }
    }
    self->open_count = 0;
    return true;
}

static bool begins_group(const tag *one) {
    const char *at = one->before.at;
    slice last = one->place.size > 0 ? one->after : one->before;
    bool is_whole = last.size > 1 && last.at[last.size - 2] == '/';
    return one->before.size > 2 && memcmp(at, "<g", 2) == 0 && (is_space(at[2]) || at[2] == '>') &&
           !is_whole;
}

static bool ends_group(const tag *one) {
    return is_same(one->before, (slice){"</g>", 4});
}

/* Writes a tag and the text behind it, but no group that holds nothing. */
static bool put_next(joiner *self) {
    reader *light = &self->light;
    if (!is_same(light->text, self->dark.text)) {
        return false;
    }
    if (begins_group(&light->tag) && self->open_count < MOST_OPEN) {
        self->open[self->open_count].light = light->tag;
        self->open[self->open_count++].dark = self->dark.tag;
    } else if (ends_group(&light->tag) && ends_group(&self->dark.tag) && self->open_count > 0) {
        self->open_count--;
    } else if (!put_open(self) || !put_tag(self, &light->tag, &self->dark.tag)) {
        return false;
    }
    if (is_blank(light->text)) {
        return true;
    }
    if (!put_open(self)) {
        return false;
    }
    put(self, self->out, light->text.at, light->text.size);
    return true;
}

static reader read_argument(lua_State *L, int index) {
    size_t size = 0;
    const char *text = luaL_checklstring(L, index, &size);
    return (reader){.at = text, .end = text + size};
}

/* join_drawings(light, dark, join) → text, what follows the light one's last tag (one that never
 * ends); or nil if they differ in more than their colours. join(light, dark) gets two tags, where
 * \2 stands for a place, and returns { text before, text behind }, or false if they can't be
 * joined. */
static int join_drawings(lua_State *L) {
    lua_settop(L, JOIN);
    joiner self = {.L = L, .light = read_argument(L, LIGHT), .dark = read_argument(L, DARK)};
    luaL_checktype(L, JOIN, LUA_TFUNCTION);
    lua_newtable(L);
    self.out = bko__lua_push_buffer(L);
    self.key = bko__lua_push_buffer(L);
    bool is_there = next(&self.light);
    bool can_join = next(&self.dark) == is_there;
    while (can_join && is_there) {
        can_join = put_next(&self);
        is_there = next(&self.light);
        can_join = next(&self.dark) == is_there && can_join;
    }
    if (!can_join || !put_open(&self)) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushlstring(L, (const char *)self.out->data, self.out->size);
    lua_pushlstring(L, self.light.at, (size_t)(self.light.end - self.light.at));
    return 2;
}

void bko__lua_drawings(lua_State *L) {
    static const luaL_Reg functions[] = {{"join_drawings", join_drawings}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
