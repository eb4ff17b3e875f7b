/* Finds futures by task number; see lua/pool/pool.h. A task that takes long keeps one page alive,
 * not all pages after it. */
#include <stdlib.h>

#include "bakeoff/error.h"
#include "lua/pool/pool.h"

enum { PAGE = 512, FIRST_ROOM = 16 };

struct bko__lua_future_page {
    unsigned live; /* futures in it */
    bko__lua_future *futures[PAGE];
};

static bko__lua_future_page **page_at(bko__lua_future_map *tasks, uint64_t page) {
    return &tasks->pages[page & (tasks->room - 1)];
}

static int grow(bko__lua_future_map *tasks) {
    size_t room = tasks->room == 0 ? FIRST_ROOM : 2 * tasks->room;
    bko__lua_future_page **pages = calloc(room, sizeof(bko__lua_future_page *));
    if (pages == NULL) {
        return BKO_ENOMEM;
    }
    for (size_t i = 0; i < tasks->count; i++) {
        pages[(tasks->first + i) & (room - 1)] = *page_at(tasks, tasks->first + i);
    }
    free(tasks->pages);
    tasks->pages = pages;
    tasks->room = room;
    return BKO_OK;
}

static int add_page(bko__lua_future_map *tasks, uint64_t number) {
    bko__lua_future_page *page = tasks->spare;
    tasks->spare = NULL;
    if (page == NULL && (page = calloc(1, sizeof *page)) == NULL) {
        return BKO_ENOMEM;
    }
    *page_at(tasks, number) = page;
    return BKO_OK;
}

int bko__lua_future_map_reserve(bko__lua_future_map *tasks, uint64_t task) {
    uint64_t number = task / PAGE;
    if (tasks->count == 0) {
        tasks->first = number;
    }
    size_t needed = (size_t)(number - tasks->first) + 1;
    while (needed > tasks->room) {
        if (grow(tasks) != BKO_OK) {
            return BKO_ENOMEM;
        }
    }
    for (; tasks->count < needed; tasks->count++) {
        *page_at(tasks, tasks->first + tasks->count) = NULL;
    }
    return *page_at(tasks, number) != NULL ? BKO_OK : add_page(tasks, number);
}

void bko__lua_future_map_put(bko__lua_future_map *tasks, uint64_t task, bko__lua_future *future) {
    bko__lua_future_page *page = *page_at(tasks, task / PAGE);
    page->futures[task % PAGE] = future;
    page->live++;
    tasks->outstanding++;
}

/* Pages that are gone from the front need no entry. */
static void drop_page(bko__lua_future_map *tasks, bko__lua_future_page **page) {
    if (tasks->spare == NULL) {
        tasks->spare = *page;
    } else {
        free(*page);
    }
    *page = NULL;
    while (tasks->count > 0 && *page_at(tasks, tasks->first) == NULL) {
        tasks->first++;
        tasks->count--;
    }
}

bko__lua_future *bko__lua_future_map_take(bko__lua_future_map *tasks, uint64_t task) {
    uint64_t number = task / PAGE;
    if (number < tasks->first || number - tasks->first >= tasks->count) {
        return NULL;
    }
    bko__lua_future_page **page = page_at(tasks, number);
    if (*page == NULL || (*page)->futures[task % PAGE] == NULL) {
        return NULL;
    }
    bko__lua_future *future = (*page)->futures[task % PAGE];
    (*page)->futures[task % PAGE] = NULL;
    tasks->outstanding--;
    if (--(*page)->live == 0) {
        drop_page(tasks, page);
    }
    return future;
}

bko__lua_future *bko__lua_future_map_take_any(bko__lua_future_map *tasks) {
    for (size_t p = 0; p < tasks->count; p++) {
        const bko__lua_future_page *page = *page_at(tasks, tasks->first + p);
        for (unsigned i = 0; page != NULL && i < PAGE; i++) {
            if (page->futures[i] != NULL) {
                return bko__lua_future_map_take(tasks, (tasks->first + p) * PAGE + i);
            }
        }
    }
    return NULL;
}

void bko__lua_future_map_free(bko__lua_future_map *tasks) {
    for (size_t i = 0; i < tasks->count; i++) {
        free(*page_at(tasks, tasks->first + i));
    }
    free(tasks->pages);
    free(tasks->spare);
    *tasks = (bko__lua_future_map){0};
}
