/* What is still right when memory runs out: no callback too many, none too few, nothing leaked.
 * The linker sends the library's allocations here (tests/CMakeLists.txt). */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <lauxlib.h>

#include "bakeoff/error.h"
#include "bakeoff/fetch.h"
#include "bakeoff/loop.h"
#include "bakeoff/pool.h"
#include "lua/module.h"
#include "probe/record.h"

/* Which allocations fail: those from now on, `failing_left` of them. Other threads don't allocate here. */
static long failing_left;

static bool fails(void) {
    return failing_left > 0 && failing_left-- > 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size) {
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
    return fails() ? NULL : __real_realloc(memory, size);
}

static const long ALL = 1L << 40;

/* --- the loop --------------------------------------------------------------------------------- */

enum {
    DROPPED = 1000,
    BEFORE = 65
}; /* one more than a loop starts in a turn, so that the queue is in use */

static int done_count;
static bool dropped_was_called;

static void on_done(void *user, const bko_response *response) {
    (void)response;
    done_count++;
    dropped_was_called = dropped_was_called || *(const int *)user == DROPPED;
}

static void a_dropped_request_never_calls_back(void **state) {
    (void)state;
    static const int usual = 0;
    static const int dropped = DROPPED;
    bko_fetch_options fetch = {.proxy = ""};
    bko_loop_options options = {.fetch = &fetch, .in_flight = 1};
    bko_loop *loop;
    uint64_t ticket;
    assert_int_equal(bko_loop_create(&loop, &options), BKO_OK);
    bko_request request = {.url = "http://127.0.0.1:1/", .done = on_done, .user = (void *)&usual};
    for (int i = 0; i < BEFORE; i++) {
        assert_int_equal(bko_loop_request(loop, &request, NULL), BKO_OK);
    }
    failing_left = ALL; /* the queue is full and can't grow */
    assert_int_equal(bko_loop_request(loop, &request, NULL), BKO_ENOMEM);
    failing_left = 0;
    request.user = (void *)&dropped;
    assert_int_equal(bko_loop_request(loop, &request, &ticket), BKO_OK);
    bko_loop_drop(loop, ticket);
    assert_int_equal(bko_loop_run(loop), BKO_OK);
    assert_false(dropped_was_called);
    assert_int_equal(done_count, BEFORE);
    bko_loop_free(loop);
}

static void never_called(void *user, const bko_file *file) {
    (void)user, (void)file;
    fail();
}

static void a_read_that_did_not_begin_is_none(void **state) {
    (void)state;
    bko_fetch_options fetch = {0};
    bko_loop_options options = {.fetch = &fetch, .in_flight = 1};
    bko_loop *loop;
    bko_read *read = (bko_read *)(void *)&fetch;
    assert_int_equal(bko_loop_create(&loop, &options), BKO_OK);
    failing_left = 1;
    assert_int_equal(bko_loop_read(loop, "/dev/null", 0, never_called, NULL, &read), BKO_ENOMEM);
    failing_left = 0;
    assert_null(read);
    bko_loop_free(loop);
}

/* --- the pool --------------------------------------------------------------------------------- */

static int lost_count;

static void on_ended(void *user, const bko_outcome *outcome) {
    (void)user;
    lost_count += outcome->error == BKO_ELOST;
}

static int kill_itself(void *user, void *state, unsigned worker, uint64_t task, const void *data,
                       size_t size, bko_answer *answer) {
    (void)user, (void)state, (void)worker, (void)task, (void)data, (void)size, (void)answer;
    raise(SIGKILL);
    return BKO_OK;
}

static void a_lost_task_is_reported_once_there_is_memory(void **state) {
    (void)state;
    char reason[256];
    bko_pool_options options = {
        .kind = BKO_POOL_FORK, .workers = 1, .worker = {.run = kill_itself}};
    bko_pool *pool;
    uint64_t task;
    assert_int_equal(bko_pool_create(&pool, &options, reason, sizeof reason), BKO_OK);
    assert_int_equal(bko_pool_submit(pool, "x", 1, &task), BKO_OK);
    failing_left = ALL;
    assert_int_equal(bko_pool_collect(pool, -1, BKO_ANY_TASK, on_ended, NULL), BKO_ENOMEM);
    failing_left = 0;
    assert_int_equal(lost_count, 0);
    assert_int_equal(bko_pool_collect(pool, -1, BKO_ANY_TASK, on_ended, NULL), 1);
    assert_int_equal(lost_count, 1);
    bko_pool_free(pool);
}

static int echo(void *user, void *state, unsigned worker, uint64_t task, const void *data,
                size_t size, bko_answer *answer) {
    (void)user, (void)state, (void)worker, (void)task;
    return bko_answer_add(answer, data, size);
}

static void on_echo(void *user, const bko_outcome *outcome) {
    *(int *)user += outcome->error == BKO_OK;
}

/* A loop that watches the descriptor would otherwise never ask again. */
static void an_answer_that_finds_no_memory_stays_announced(void **state) {
    (void)state;
    char reason[256];
    bko_pool_options options = {.kind = BKO_POOL_FORK, .workers = 1, .worker = {.run = echo}};
    bko_pool *pool;
    uint64_t task;
    int echoes = 0;
    assert_int_equal(bko_pool_create(&pool, &options, reason, sizeof reason), BKO_OK);
    struct pollfd bell = {.fd = bko_pool_fd(pool), .events = POLLIN};
    assert_int_equal(bko_pool_arm(pool), 0);
    assert_int_equal(bko_pool_submit(pool, "x", 1, &task), BKO_OK);
    assert_int_equal(poll(&bell, 1, 60000), 1);
    failing_left = ALL;
    assert_int_equal(bko_pool_collect(pool, 0, BKO_ANY_TASK, on_echo, &echoes), BKO_ENOMEM);
    failing_left = 0;
    assert_int_equal(poll(&bell, 1, 0), 1);
    assert_int_equal(bko_pool_collect(pool, 0, BKO_ANY_TASK, on_echo, &echoes), 1);
    assert_int_equal(echoes, 1);
    bko_pool_free(pool);
}

/* --- sizes, folders ----------------------------------------------------------------------- */

static void a_size_that_overflows_is_no_memory(void **state) {
    (void)state;
    bko__record record;
    assert_int_equal(bko__record_create(&record, SIZE_MAX / sizeof *record.samples + 2),
                     BKO_ENOMEM);
    bko__record_release(&record);
}

static size_t descriptors(void) {
    size_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (readdir(dir) != NULL) {
        count++;
    }
    closedir(dir);
    return count;
}

static void *limited(void *user, void *memory, size_t old, size_t new) {
    (void)old;
    if (new == 0) {
        free(memory);
        return NULL;
    }
    long *left = user;
    if (*left == 0) {
        return NULL;
    }
    *left -= *left > 0;
    return __real_realloc(memory, new);
}

static int list_folder(lua_State *L) {
    lua_getglobal(L, "list");
    lua_pushliteral(L, "/proc/self");
    lua_call(L, 1, 0);
    return 0;
}

/* Lists a folder with room for `left` allocations; returns whether that was enough. */
static bool list_with(long left) {
    long count = -1; /* no limit yet */
    lua_State *L = lua_newstate(limited, &count);
    lua_newtable(L);
    bko__lua_files(L);
    lua_getfield(L, -1, "list");
    lua_setglobal(L, "list");
    lua_gc(L, LUA_GCCOLLECT);
    count = left;
    lua_pushcfunction(L, list_folder);
    bool is_enough = lua_pcall(L, 0, 0, 0) == LUA_OK;
    count = -1;
    lua_close(L);
    return is_enough;
}

static void a_folder_that_can_not_be_listed_is_closed(void **state) {
    (void)state;
    size_t before = descriptors();
    long left = 0;
    while (!list_with(left)) {
        left++;
        assert_int_equal(descriptors(), before);
        assert_true(left < 10000);
    }
    assert_true(left > 5);
    assert_int_equal(descriptors(), before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_task_is_reported_once_there_is_memory),
        cmocka_unit_test(an_answer_that_finds_no_memory_stays_announced),
        cmocka_unit_test(a_dropped_request_never_calls_back),
        cmocka_unit_test(a_size_that_overflows_is_no_memory),
        cmocka_unit_test(a_folder_that_can_not_be_listed_is_closed),
        cmocka_unit_test(a_read_that_did_not_begin_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
