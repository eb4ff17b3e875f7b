/*
 * core.markdown_parse: the structure of a Markdown text as a list of pieces, read by md4c.
 *
 * The dialect is GitHub's, without raw HTML: tags are ordinary text. Nothing is rendered here;
 * lua/bakeoff/notebook/html/markdown.lua makes HTML of the pieces.
 *
 * md4c holds memory of its own while it calls back, so no callback calls Lua: pieces and their texts
 * are collected in two buffers first.
 */
#include <limits.h>
#include <md4c.h>
#include <string.h>

#include "bakeoff/error.h"
#include "core/buffer.h"
#include "lua/base/push.h"
#include "lua/module.h"

/* The fields of pieces, in the order of `names` in push_piece. */
enum { TEXT, LANGUAGE, ADDRESS, TITLE, ALIGN, TEXTS };

/* A piece before it is a table. */
typedef struct piece {
    const char *what; /* "open", "close" or "text" */
    const char *kind; /* the element, or the kind of text */
    int number; /* level of a heading, first number of a list, 1 or 0 for a task's mark; -1: none */
    int has[TEXTS];   /* which texts it has */
    size_t at[TEXTS]; /* their places among the bytes */
    size_t size[TEXTS];
} piece;

/* What the callbacks write to; Lua owns both buffers. */
typedef struct collector {
    bko__buffer *pieces; /* of piece */
    bko__buffer *bytes;
} collector;

static const char *const BLOCKS[] = {
    [MD_BLOCK_QUOTE] = "quote", [MD_BLOCK_UL] = "bullets",  [MD_BLOCK_OL] = "numbers",
    [MD_BLOCK_LI] = "item",     [MD_BLOCK_HR] = "rule",     [MD_BLOCK_H] = "heading",
    [MD_BLOCK_CODE] = "fence",  [MD_BLOCK_P] = "paragraph", [MD_BLOCK_TABLE] = "table",
    [MD_BLOCK_THEAD] = "head",  [MD_BLOCK_TBODY] = "body",  [MD_BLOCK_TR] = "row",
    [MD_BLOCK_TH] = "title",    [MD_BLOCK_TD] = "cell",
};
static const char *const SPANS[] = {
    [MD_SPAN_EM] = "stress", [MD_SPAN_STRONG] = "strong", [MD_SPAN_A] = "link",
    [MD_SPAN_IMG] = "image", [MD_SPAN_CODE] = "code",     [MD_SPAN_DEL] = "deleted",
};
static const char *const TEXT_KINDS[] = {
    [MD_TEXT_NORMAL] = "plain",  [MD_TEXT_BR] = "break",      [MD_TEXT_SOFTBR] = "line",
    [MD_TEXT_ENTITY] = "entity", [MD_TEXT_CODE] = "verbatim",
};
static const char *const ALIGNS[] = {
    [MD_ALIGN_LEFT] = "left", [MD_ALIGN_CENTER] = "center", [MD_ALIGN_RIGHT] = "right"};

/* The name at `index`, or NULL if the table has none: such pieces don't occur in this dialect, or
 * (the document itself) say nothing. */
#define NAME(names, index)                                                                         \
    ((size_t)(index) < sizeof(names) / sizeof(names)[0] ? (names)[index] : NULL)

/* --- collecting: returns 0, or BKO_ENOMEM, with which md4c stops ------------------------------------ */

static int keep_text(collector *into, piece *p, int which, const char *text, size_t size) {
    p->has[which] = 1;
    p->at[which] = into->bytes->size;
    p->size[which] = size;
    return bko__buffer_append(into->bytes, text, size);
}

static int keep(collector *into, const piece *p) {
    return p->kind != NULL ? bko__buffer_append(into->pieces, p, sizeof *p) : BKO_OK;
}

static int keep_attribute(collector *into, piece *p, int which, const MD_ATTRIBUTE *attribute) {
    return attribute->size > 0 ? keep_text(into, p, which, attribute->text, attribute->size)
                               : BKO_OK;
}

static int keep_align(collector *into, piece *p, MD_ALIGN align) {
    const char *name = NAME(ALIGNS, align);
    return name != NULL ? keep_text(into, p, ALIGN, name, strlen(name)) : BKO_OK;
}

static int read_block(collector *into, piece *p, MD_BLOCKTYPE type, void *detail) {
    switch (type) {
    case MD_BLOCK_H:
        p->number = (int)((MD_BLOCK_H_DETAIL *)detail)->level;
        return BKO_OK;
    case MD_BLOCK_OL:
        p->number = (int)((MD_BLOCK_OL_DETAIL *)detail)->start;
        return BKO_OK;
    case MD_BLOCK_LI:
        if (((MD_BLOCK_LI_DETAIL *)detail)->is_task) {
            p->number = ((MD_BLOCK_LI_DETAIL *)detail)->task_mark != ' ';
        }
        return BKO_OK;
    case MD_BLOCK_CODE:
        return keep_attribute(into, p, LANGUAGE, &((MD_BLOCK_CODE_DETAIL *)detail)->lang);
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        return keep_align(into, p, ((MD_BLOCK_TD_DETAIL *)detail)->align);
    default:
        return BKO_OK;
    }
}

static int read_span(collector *into, piece *p, MD_SPANTYPE type, void *detail) {
    int err = BKO_OK;
    if (type == MD_SPAN_A) {
        err = keep_attribute(into, p, ADDRESS, &((MD_SPAN_A_DETAIL *)detail)->href);
        return err != BKO_OK ? err
                             : keep_attribute(into, p, TITLE, &((MD_SPAN_A_DETAIL *)detail)->title);
    }
    if (type == MD_SPAN_IMG) {
        err = keep_attribute(into, p, ADDRESS, &((MD_SPAN_IMG_DETAIL *)detail)->src);
        return err != BKO_OK
                   ? err
                   : keep_attribute(into, p, TITLE, &((MD_SPAN_IMG_DETAIL *)detail)->title);
    }
    return err;
}

static int on_enter_block(MD_BLOCKTYPE type, void *detail, void *user) {
    piece p = {.what = "open", .kind = NAME(BLOCKS, type), .number = -1};
    int err = read_block(user, &p, type, detail);
    return err != BKO_OK ? err : keep(user, &p);
}

static int on_leave_block(MD_BLOCKTYPE type, void *detail, void *user) {
    (void)detail;
    return keep(user, &(piece){.what = "close", .kind = NAME(BLOCKS, type), .number = -1});
}

static int on_enter_span(MD_SPANTYPE type, void *detail, void *user) {
    piece p = {.what = "open", .kind = NAME(SPANS, type), .number = -1};
    int err = read_span(user, &p, type, detail);
    return err != BKO_OK ? err : keep(user, &p);
}

static int on_leave_span(MD_SPANTYPE type, void *detail, void *user) {
    (void)detail;
    return keep(user, &(piece){.what = "close", .kind = NAME(SPANS, type), .number = -1});
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user) {
    static const char REPLACEMENT[] =
        "\xef\xbf\xbd"; /* U+FFFD, as CommonMark asks for a zero byte */
    piece p = {.what = "text", .kind = NAME(TEXT_KINDS, type), .number = -1};
    if (type == MD_TEXT_NULLCHAR) {
        p.kind = "plain";
        text = REPLACEMENT;
        size = sizeof REPLACEMENT - 1;
    }
    int err = keep_text(user, &p, TEXT, text, size);
    return err != BKO_OK ? err : keep(user, &p);
}

/* --- tables --------------------------------------------------------------------------------------- */

static void push_piece(lua_State *L, const piece *p, const bko__buffer *bytes) {
    static const char *const names[TEXTS] = {"text", "language", "address", "title", "align"};
    lua_createtable(L, 0, 4);
    bko__lua_set_text(L, "what", p->what);
    bko__lua_set_text(L, "kind", p->kind);
    if (p->number >= 0) {
        bko__lua_set_integer(L, "number", p->number);
    }
    for (int i = 0; i < TEXTS; i++) {
        if (p->has[i]) {
            bko__lua_set_bytes(L, names[i], (const char *)bytes->data + p->at[i], p->size[i]);
        }
    }
}

static int push_pieces(lua_State *L, const collector *from) {
    size_t count = from->pieces->size / sizeof(piece);
    lua_createtable(L, (int)(count < INT_MAX ? count : INT_MAX), 0);
    for (size_t i = 0; i < count; i++) {
        piece p;
        memcpy(&p, from->pieces->data + i * sizeof p, sizeof p);
        push_piece(L, &p, from->bytes);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* markdown_parse(text) → list of pieces; or nil, message, code.
 * piece: {what = "open" | "close", kind = element, number, language, address, title, align}, or
 * {what = "text", kind = "plain" | "verbatim" | "entity" | "break" | "line", text}. `address` and
 * `title` may contain entities, as written. */
static int markdown_parse(lua_State *L) {
    static const MD_PARSER parser = {
        .flags = MD_DIALECT_GITHUB | MD_FLAG_NOHTML,
        .enter_block = on_enter_block,
        .leave_block = on_leave_block,
        .enter_span = on_enter_span,
        .leave_span = on_leave_span,
        .text = on_text,
    };
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    if (size > INT_MAX) {
        return bko__lua_fail(L, BKO_ETOOLARGE, "markdown");
    }
    collector into = {.pieces = bko__lua_push_buffer(L)};
    into.bytes = bko__lua_push_buffer(L);
    if (md_parse(text, (MD_SIZE)size, &parser, &into) != 0) {
        return bko__lua_fail(L, BKO_ENOMEM, "markdown");
    }
    return push_pieces(L, &into);
}

void bko__lua_markdown(lua_State *L) {
    lua_pushcfunction(L, markdown_parse);
    lua_setfield(L, -2, "markdown_parse");
}
