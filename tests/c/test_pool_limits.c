/* Task pools: what they refuse, what the system refuses, and what workers must not inherit. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "pool/owner/pool.h"
#include "support_pool.h"
#include "support_process.h"

/* --- the caller's mistakes -------------------------------------------------------------------- */

static void refused(bko_pool_options options, int expected) {
    bko_pool *pool = (bko_pool *)&options;
    char reason[200] = "";
    assert_int_equal(bko_pool_create(&pool, &options, reason, sizeof reason), expected);
    assert_null(pool);
    assert_true(strlen(reason) > 0);
    assert_int_equal(bko_pool_create(&pool, &options, NULL, 0), expected);
}

static void options_out_of_range_are_refused(void **state) {
    (void)state;
    bko_pool_options options = pool_usual(BKO_POOL_THREADS, 0);
    refused(options, BKO_EINVAL);
    options.workers = 70000;
    refused(options, BKO_EINVAL);
    options = pool_usual(BKO_POOL_THREADS, 1);
    options.worker.run = NULL;
    refused(options, BKO_EINVAL);
    options = pool_usual(BKO_POOL_THREADS, 1);
    options.frame_max = UINT32_MAX;
    refused(options, BKO_EINVAL);
    options = pool_usual(BKO_POOL_SPAWN, 1);
    options.argv = NULL;
    refused(options, BKO_EINVAL);
}

static void *wait_for_byte(void *fd) {
    char byte;
    return read(*(int *)fd, &byte, 1) == 1 ? NULL : fd;
}

static void a_process_with_threads_cannot_fork_but_spawn(void **state) {
    (void)state;
    int ends[2];
    pthread_t second;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&second, NULL, wait_for_byte, &ends[0]), 0);
    refused(pool_usual(BKO_POOL_FORK, 1), BKO_EBUSY);
    bko_pool *pool = pool_open(pool_usual(BKO_POOL_SPAWN, 2));
    pool_submit(pool, 'e', 1);
    pool_collect_all(pool);
    pool_check_books(pool);
    bko_pool_free(pool);
    assert_int_equal(write(ends[1], "x", 1), 1);
    pthread_join(second, NULL);
    close(ends[0]);
    close(ends[1]);
}

/* --- the system's limits ---------------------------------------------------------------------- */

static int starts_left;

static int failing_thread_create(pthread_t *thread, const pthread_attr_t *attributes,
                                 void *(*start)(void *), void *argument) {
    return starts_left-- > 0 ? pthread_create(thread, attributes, start, argument) : EAGAIN;
}

static pid_t failing_fork(void) {
    if (starts_left-- > 0) {
        return fork();
    }
    errno = EAGAIN;
    return -1;
}

static const bko__pool_system failing = {failing_thread_create, failing_fork};

static void a_worker_that_cannot_be_had_fails_the_creation(void **state) {
    (void)state;
    for (int kind = BKO_POOL_THREADS; kind <= BKO_POOL_FORK; kind++) {
        for (int k = 0; k < 4 && pool_kind_is_possible((bko_pool_kind)kind); k++) {
            bko_pool_options options = pool_usual(kind, 4);
            bko_pool *pool;
            char reason[200];
            char number[40];
            starts_left = k;
            errno = 0;
            assert_int_equal(bko__pool_create(&pool, &options, &failing, reason, sizeof reason),
                             BKO_ESYS);
            assert_int_equal(errno, EAGAIN);
            assert_null(pool);
            snprintf(number, sizeof number, "worker %d of 4 could not be started", k + 1);
            assert_non_null(strstr(reason, number));
            assert_non_null(strstr(reason, "ulimit -u"));
            assert_true(process_is_childless());
        }
    }
    assert_int_equal(atomic_load(&board->opened), atomic_load(&board->closed));
}

/* The pool tries again when a successor can't be started; it is broken once no worker is left. */
static void a_successor_that_cannot_be_had_is_tried_again(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    bko_pool_options options = pool_usual(BKO_POOL_FORK, 1);
    bko_pool *pool;
    starts_left = 1;
    assert_int_equal(bko__pool_create(&pool, &options, &failing, NULL, 0), 0);
    pool_submit(pool, 'k', 0);
    pool_collect_until(pool, 0);
    uint64_t later = pool_submit(pool, 'e', 1);
    assert_int_equal(bko_pool_collect(pool, 1000000, later, pool_note, NULL), 0);
    starts_left = 1;
    pool_collect_until(pool, later);
    assert_int_equal(outcomes->errors[later], BKO_OK);
    starts_left = 0;
    pool_submit(pool, 'k', 0);
    uint64_t last = pool_submit(pool, 'e', 1);
    pool_collect_all(pool);
    pool_check_books(pool);
    assert_int_equal(outcomes->errors[last], BKO_EBROKEN);
    assert_non_null(strstr(bko_pool_reason(pool), "ulimit -u"));
    bko_pool_free(pool);
}

static void too_few_descriptors_are_named(void **state) {
    (void)state;
    struct rlimit usual;
    bko_pool *pool;
    char reason[200] = "";
    bko_pool_options options = pool_usual(BKO_POOL_SPAWN, 20);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
    struct rlimit few = {.rlim_cur = 24, .rlim_max = usual.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    int err = bko_pool_create(&pool, &options, reason, sizeof reason);
    setrlimit(RLIMIT_NOFILE, &usual);
    assert_int_equal(err, BKO_ESYS);
    assert_non_null(strstr(reason, "ulimit -n"));
}

static void a_program_that_is_no_worker_fails_the_creation(void **state) {
    (void)state;
    static const char *const programs[][2] = {
        {"/nonexistent/program", "No such file"},
        {"/bin/false", "exited with code 1 before it was ready"}};
    for (unsigned i = 0; i < 2; i++) {
        const char *const argv[] = {programs[i][0], NULL};
        bko_pool *pool;
        char reason[200];
        bko_pool_options options = pool_usual(BKO_POOL_SPAWN, 2);
        options.argv = argv;
        assert_int_equal(bko_pool_create(&pool, &options, reason, sizeof reason),
                         i == 0 ? BKO_ESYS : BKO_ELOST);
        assert_non_null(strstr(reason, programs[i][1]));
    }
    bko_pool_worker worker = pool_usual(BKO_POOL_THREADS, 1).worker;
    assert_int_equal(bko_pool_work(&worker, "bakeoff-pool-worker=x"), 2);
    assert_int_equal(bko_pool_work(&worker, "3"), 2);
    assert_int_equal(bko_pool_work(&worker, NULL), 2);
}

/* --- descriptors ------------------------------------------------------------------------------ */

static unsigned descriptors_of(pid_t pid) {
    char path[40];
    unsigned count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(folder);
    return count;
}

static void workers_inherit_nothing_of_their_siblings(void **state) {
    (void)state;
    int stray = open("/dev/null", O_RDONLY); /* not close-on-exec, as a host's may be */
    if (pool_kind_is_possible(BKO_POOL_FORK)) {
        bko_pool *pool = pool_open(pool_usual(BKO_POOL_FORK, 4));
        unsigned first = descriptors_of(pool->crew.members[0].pid);
        for (unsigned i = 1; i < 4; i++) {
            assert_int_equal(descriptors_of(pool->crew.members[i].pid), first);
        }
        bko_pool_free(pool);
    }
    bko_pool *pool = pool_open(pool_usual(BKO_POOL_SPAWN, 4));
    for (unsigned i = 0; i < 4; i++) { /* three streams, the memory, the bell */
        assert_in_range(descriptors_of(pool->crew.members[i].pid), 2, 5);
    }
    bko_pool_free(pool);
    close(stray);
}

static void a_pool_for_each_task_leaves_nothing_behind(void **state) {
    (void)state;
    FOR_EACH_KIND(kind) {
        for (unsigned i = 0; i < 10; i++) {
            bko_pool *pool = pool_open(pool_usual(kind, 2));
            pool_submit(pool, 'e', i);
            if (i % 2 == 0) {
                pool_collect_all(pool);
            }
            bko_pool_free(pool);
        }
    }
}

int main(int argc, char **argv) {
    int code;
    const struct CMUnitTest tests[] = {
        pooled(options_out_of_range_are_refused),
        pooled(a_process_with_threads_cannot_fork_but_spawn),
        pooled(a_worker_that_cannot_be_had_fails_the_creation),
        pooled(a_successor_that_cannot_be_had_is_tried_again),
        pooled(too_few_descriptors_are_named),
        pooled(a_program_that_is_no_worker_fails_the_creation),
        pooled(workers_inherit_nothing_of_their_siblings),
        pooled(a_pool_for_each_task_leaves_nothing_behind),
    };
    if (pool_work_if_spawned(argc, argv, &code)) {
        return code;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
