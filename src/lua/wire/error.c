/* Reports what cannot travel or arrives broken: one line, with the path to the value. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bakeoff/error.h"
#include "lua/wire/private.h"

enum {
    SHOWN_FIRST = 4, /* steps of a long path that are shown from the root … */
    SHOWN_LAST = 2,  /* … and from the end */
    NAME_SHOWN = 40  /* bytes of a long name that are shown */
};

__attribute__((format(printf, 2, 3))) static void add(bko__lua_wire_error *error,
                                                      const char *format, ...) {
    size_t used = error->size > 0 ? strlen(error->text) : 0;
    if (used + 1 >= error->size) {
        return;
    }
    va_list args;
    va_start(args, format);
    /* clang-tidy 14 overlooks va_start when it checks several files in one run. */
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized)
    vsnprintf(error->text + used, error->size - used, format, args);
    va_end(args);
}

/* Makes a user's name fit for one line: shortened between characters, with '?' for control
 * characters. */
static void shown_name(char out[NAME_SHOWN + 4], const char *name) {
    size_t size = strlen(name);
    size_t cut = size > NAME_SHOWN ? NAME_SHOWN : size;
    while (cut < size && cut > 0 && ((unsigned char)name[cut] & 0xC0) == 0x80) {
        cut--;
    }
    for (size_t i = 0; i < cut; i++) {
        unsigned char c = (unsigned char)name[i];
        out[i] = (char)(c < 32 || c == 127 ? '?' : c);
    }
    memcpy(out + cut, cut < size ? "..." : "", cut < size ? 4 : 1);
}

static void add_step(bko__lua_wire_error *error, const bko__lua_wire_path *path) {
    char name[NAME_SHOWN + 4] = "";
    if (path->name != NULL) {
        shown_name(name, path->name);
    }
    switch (path->kind) {
    case STEP_ROOT:
        break;
    case STEP_FIELD:
        add(error, "field '%s'", name);
        break;
    case STEP_INDEX:
        add(error, "item %lld", (long long)path->number);
        break;
    case STEP_OTHER:
        add(error, "field with a %s key", name);
        break;
    case STEP_KEY:
        add(error, "a key");
        break;
    case STEP_UPVALUE:
        if (name[0] != '\0' && name[0] != '(') {
            add(error, "upvalue '%s'", name);
        } else {
            add(error, "upvalue %lld", (long long)path->number);
        }
        break;
    case STEP_ARGUMENT:
        add(error, "argument %lld", (long long)path->number);
        break;
    case STEP_RESULT:
        if (path->number == 1) {
            add(error, "result of the task");
        } else {
            add(error, "result %lld of the task", (long long)path->number);
        }
        break;
    }
}

/* Writes the path, root first; of a long one only its two ends. `last` is the depth of the whole
 * path. */
static void add_path(bko__lua_wire_error *error, const bko__lua_wire_path *path, int last) {
    if (path->up == NULL) {
        return;
    }
    add_path(error, path->up, last);
    if (path->depth > SHOWN_FIRST && path->depth <= last - SHOWN_LAST) {
        if (path->depth == SHOWN_FIRST + 1) {
            add(error, ": ...");
        }
        return;
    }
    if (error->size > 0 && error->text[0] != '\0') {
        add(error, ": ");
    }
    add_step(error, path);
}

void bko__lua_wire_refuse(bko__lua_wire_writer *w, const bko__lua_wire_path *path, int code,
                          const char *why) {
    w->error.code = code;
    if (w->what != NULL) {
        add(&w->error, "%s", w->what);
    }
    add_path(&w->error, path, path->depth);
    if (w->what == NULL && path->up == NULL) {
        add(&w->error, "the value");
    }
    add(&w->error, " %s", why);
    lua_pushnil(w->L);
    lua_error(w->L);
    __builtin_unreachable();
}

void bko__lua_wire_malformed(bko__lua_wire_reader *r) {
    r->error.code = BKO_EPROTOCOL;
    add(&r->error, "%s: byte %zu of %zu", bko_error_text(BKO_EPROTOCOL), r->at, r->size);
    lua_pushnil(r->L);
    lua_error(r->L);
    __builtin_unreachable();
}

/* Joins the lines, because `require` reports in many. */
static void one_line(bko__lua_wire_error *error) {
    for (size_t i = 0; i < error->size && error->text[i] != '\0'; i++) {
        if ((unsigned char)error->text[i] < 32) {
            error->text[i] = ' ';
        }
    }
}

int bko__lua_wire_outcome(lua_State *L, int status, bko__lua_wire_error *error) {
    if (status == LUA_OK) {
        return BKO_OK;
    }
    if (error->code == BKO_OK) {
        error->code = status == LUA_ERRMEM ? BKO_ENOMEM : BKO_ETASK;
        if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
            add(error, "%s", lua_tostring(L, -1));
            one_line(error);
        }
    }
    if (error->size > 0 && error->text[0] == '\0') {
        add(error, "%s", bko_error_text(error->code));
    }
    lua_pop(L, 1);
    return error->code;
}
