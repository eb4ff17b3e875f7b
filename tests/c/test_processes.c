/* The process pool: answers, deaths, and nothing left behind. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/pool.h"
#include "support_process.h"

enum { JOBS_MAX = 200, LARGE = 2 << 20, WORKERS_MAX = 8, HEADER = 16 };

/* Shared with the workers. */
static struct {
    _Atomic unsigned opened, closed;
    _Atomic int pids[WORKERS_MAX];
    unsigned failing;  /* worker whose open fails; WORKERS_MAX: none */
    int die_in_open;   /* the failing one exits instead */
    int hang_in_close; /* nobody leaves */
} * shared;

/* The jobs of one run, and what became of them. A job's first byte says what it does. */
static struct {
    const char *kinds; /* one letter per job */
    size_t size;       /* of each job's bytes */
    size_t count, next, answered;
    unsigned answers[JOBS_MAX];
    int errors[JOBS_MAX];
    char texts[JOBS_MAX][200]; /* the start of each answer */
    size_t sizes[JOBS_MAX];
    size_t wrong_bytes;
} jobs;

static int descriptors;

static int open_shared(void **state) {
    (void)state;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    shared->failing = WORKERS_MAX;
    descriptors = process_descriptors();
    return 0;
}

/* After every test: no children, no descriptors. */
static int nothing_is_left(void **state) {
    (void)state;
    munmap(shared, sizeof *shared);
    return process_is_childless() && process_descriptors() == descriptors ? 0 : -1;
}

/* --- in the workers ----------------------------------------------------------------------------- */

static int open_worker(void *user, unsigned worker, void **state) {
    (void)user;
    if (worker == shared->failing) {
        if (shared->die_in_open) {
            _exit(9);
        }
        return BKO_ETASK;
    }
    atomic_fetch_add(&shared->opened, 1);
    atomic_store(&shared->pids[worker], getpid());
    *state = &shared->pids[worker];
    return BKO_OK;
}

static void close_worker(void *user, unsigned worker, void *state) {
    (void)user;
    (void)worker;
    (void)state;
    atomic_fetch_add(&shared->closed, 1);
    while (shared->hang_in_close) {
        pause();
    }
}

static void answer_number(bko_answer *answer, int number) {
    char text[20];
    bko_answer_add(answer, text, (size_t)snprintf(text, sizeof text, "%d", number));
}

/* e: echo, k: killed, a: abort, x: exit, p: pid, t: too much of an answer, n: nothing at all */
static void run_job(void *user, void *state, unsigned worker, size_t job, const void *data,
                    size_t size, bko_answer *answer) {
    (void)user;
    (void)job;
    if (state != &shared->pids[worker]) {
        _exit(50);
    }
    switch (*(const char *)data) {
    case 'e':
        bko_answer_add(answer, data, size);
        break;
    case 'k':
        raise(SIGKILL);
        break;
    case 'x':
        _exit(7);
    case 'p':
        answer_number(answer, getpid());
        break;
    case 't':
        answer_number(answer, bko_answer_add(answer, data, SIZE_MAX - 5));
        break;
    default:
        break;
    }
}

/* --- in the parent ------------------------------------------------------------------------------ */

static int next_job(void *user, size_t *job, const void **data, size_t *size) {
    static char *bytes;
    (void)user;
    free(bytes);
    bytes = NULL;
    if (jobs.next == jobs.count) {
        return 0;
    }
    *job = jobs.next++;
    bytes = malloc(jobs.size);
    memset(bytes, (int)(unsigned char)*job, jobs.size);
    bytes[0] = jobs.kinds[*job];
    *data = bytes;
    *size = jobs.size;
    return 1;
}

static void job_done(void *user, size_t job, int error, const void *data, size_t size) {
    (void)user;
    jobs.answers[job]++;
    jobs.answered++;
    jobs.errors[job] = error;
    jobs.sizes[job] = size;
    snprintf(jobs.texts[job], sizeof jobs.texts[job], "%.*s", (int)(size < 199 ? size : 199),
             (const char *)data);
    for (size_t i = 1; jobs.kinds[job] == 'e' && error == BKO_OK && i < size; i++) {
        jobs.wrong_bytes += ((const unsigned char *)data)[i] != (unsigned char)job;
    }
}

static bko_processes_options usual(unsigned workers) {
    return (bko_processes_options){
        .workers = workers, .open = open_worker, .run = run_job, .close = close_worker};
}

static bko_processes *create(bko_processes_options options) {
    bko_processes *pool;
    assert_int_equal(bko_processes_create(&pool, &options), 0);
    return pool;
}

static int run(bko_processes *pool, const char *kinds, size_t size) {
    bko_processes_source source = {.next = next_job, .done = job_done};
    memset(&jobs, 0, sizeof jobs);
    jobs.kinds = kinds;
    jobs.size = size;
    jobs.count = strlen(kinds);
    return bko_processes_run(pool, &source);
}

/* `count` times `kind`; static. */
static char *repeated(char kind, size_t count) {
    static char kinds[JOBS_MAX + 1];
    memset(kinds, kind, count);
    kinds[count] = '\0';
    return kinds;
}

static size_t count_errors(int error) {
    size_t count = 0;
    for (size_t i = 0; i < jobs.next; i++) {
        assert_int_equal(jobs.answers[i], 1);
        count += jobs.errors[i] == error;
    }
    return count;
}

static void every_job_is_answered_once(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    for (unsigned workers = 1; workers <= WORKERS_MAX; workers *= 2) {
        bko_processes *pool = create(usual(workers));
        for (int again = 0; again < 2; again++) {
            assert_int_equal(run(pool, repeated('e', JOBS_MAX), 100), 0);
            assert_int_equal(count_errors(BKO_OK), JOBS_MAX);
            assert_int_equal(jobs.wrong_bytes, 0);
            assert_int_equal(jobs.sizes[JOBS_MAX - 1], 100);
        }
        assert_int_equal(bko_processes_ipc_bytes(pool), 2 * 2 * JOBS_MAX * (HEADER + 100));
        assert_int_equal(run(pool, "", 1), 0);
        bko_processes_free(pool);
    }
    assert_int_equal(atomic_load(&shared->opened), 1 + 2 + 4 + 8);
    assert_int_equal(atomic_load(&shared->closed), 1 + 2 + 4 + 8);
    bko_processes_free(NULL);
}

static void a_killed_worker_loses_its_job_and_no_other(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    bko_processes *pool = create(usual(3));
    char *kinds = repeated('e', 100);
    kinds[40] = 'k';
    assert_int_equal(run(pool, kinds, 50), 0);
    assert_int_equal(jobs.next, 100);
    assert_int_equal(count_errors(BKO_OK), 99);
    assert_int_equal(jobs.errors[40], BKO_ELOST);
    assert_non_null(strstr(jobs.texts[40], "was killed by signal 9 (Killed)"));
    assert_int_equal(strncmp(jobs.texts[40], "worker ", 7), 0);
    kinds[60] = 'x'; /* and by the two that are left */
    kinds[40] = 'e';
    assert_int_equal(run(pool, kinds, 50), 0);
    assert_int_equal(count_errors(BKO_OK), 99);
    assert_non_null(strstr(jobs.texts[60], "exited with code 7"));
    bko_processes_free(pool);
}

static void when_all_workers_are_gone_no_taken_job_is_forgotten(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    for (int attempt = 0; attempt < 10; attempt++) { /* sometimes a job had been sent ahead */
        bko_processes *pool = create(usual(2));
        assert_int_equal(run(pool, repeated('e', 100), 10), 0);
        assert_int_equal(run(pool, repeated('k', 100), 10), BKO_ELOST);
        assert_in_range(jobs.next, 2, 6);
        assert_int_equal(count_errors(BKO_ELOST), jobs.next);
        assert_int_equal(run(pool, repeated('e', 100), 10), BKO_ELOST);
        assert_int_equal(jobs.next, 0);
        bko_processes_free(pool);
    }
}

static void a_worker_that_died_idle_takes_no_job_with_it(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    bko_processes *pool = create(usual(3));
    kill(atomic_load(&shared->pids[0]), SIGKILL);
    assert_true(process_ends(atomic_load(&shared->pids[0])));
    assert_int_equal(run(pool, repeated('e', 50), 10), 0);
    assert_int_equal(count_errors(BKO_OK), 50);
    bko_processes_free(pool);
}

static void large_jobs_and_answers_cross_without_deadlock(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    bko_processes *pool = create(usual(2));
    assert_int_equal(run(pool, repeated('e', 20), LARGE), 0);
    assert_int_equal(count_errors(BKO_OK), 20);
    assert_int_equal(jobs.sizes[19], LARGE);
    assert_int_equal(jobs.wrong_bytes, 0);
    bko_processes_free(pool);
}

static void frames_above_the_limit_fail_alone(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    bko_processes_options options = usual(2);
    options.frame_max = 1000;
    bko_processes *pool = create(options);
    assert_int_equal(run(pool, repeated('e', 5), 1001), 0);
    assert_int_equal(count_errors(BKO_ETOOLARGE), 5);
    assert_int_equal(run(pool, "ete", 1000), 0);
    assert_int_equal(count_errors(BKO_OK), 3);
    assert_int_equal(strtol(jobs.texts[1], NULL, 10), BKO_ETOOLARGE);
    bko_processes_free(pool);
}

static void an_answer_may_be_empty(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    bko_processes *pool = create(usual(1));
    assert_int_equal(run(pool, "nen", 10), 0);
    assert_int_equal(count_errors(BKO_OK), 3);
    assert_int_equal(jobs.sizes[0], 0);
    assert_int_equal(jobs.sizes[1], 10);
    bko_processes_free(pool);
}

static void a_failing_open_is_returned_and_all_workers_end(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    bko_processes_options options = usual(4);
    bko_processes *pool;
    for (shared->failing = 0; shared->failing < 4; shared->failing++) {
        shared->die_in_open = 0;
        assert_int_equal(bko_processes_create(&pool, &options), BKO_ETASK);
        assert_null(pool);
        shared->die_in_open = 1;
        assert_int_equal(bko_processes_create(&pool, &options), BKO_ELOST);
        assert_null(pool);
        assert_true(process_is_childless());
    }
    assert_int_equal(atomic_load(&shared->opened), atomic_load(&shared->closed));
}

static void a_worker_that_does_not_leave_is_killed(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    bko_processes *pool = create(usual(3));
    shared->hang_in_close = 1;
    bko_processes_free(pool);
    assert_int_equal(atomic_load(&shared->closed), 3);
    assert_true(process_is_childless());
}

static void workers_die_with_a_killed_parent(void **state) {
    (void)state;
    skip_where_forking_is_refused();
    int ends[2];
    char byte;
    assert_int_equal(pipe(ends), 0);
    pid_t parent = fork();
    if (parent == 0) {
        create(usual(3));
        for (ssize_t told = write(ends[1], "r", 1); told == 1;) {
            pause();
        }
        _exit(1);
    }
    assert_int_equal(read(ends[0], &byte, 1), 1);
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(process_ends(atomic_load(&shared->pids[i])));
    }
    close(ends[0]);
    close(ends[1]);
}

static void *wait_for_byte(void *fd) {
    char byte;
    return read(*(int *)fd, &byte, 1) == 1 ? NULL : fd;
}

static void a_process_with_threads_is_refused(void **state) {
    (void)state;
    int ends[2];
    pthread_t second;
    bko_processes_options options = usual(1);
    bko_processes *pool;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&second, NULL, wait_for_byte, &ends[0]), 0);
    assert_int_equal(bko_processes_create(&pool, &options), BKO_EBUSY);
    assert_null(pool);
    assert_int_equal(write(ends[1], "x", 1), 1);
    pthread_join(second, NULL);
    close(ends[0]);
    close(ends[1]);
}

static void options_out_of_range_are_refused(void **state) {
    (void)state;
    bko_processes_options nobody = usual(0);
    bko_processes_options nothing = {.workers = 1};
    bko_processes_options huge = usual(1);
    bko_processes *pool;
    huge.frame_max = (size_t)UINT32_MAX + 1;
    assert_int_equal(bko_processes_create(&pool, &nobody), BKO_EINVAL);
    assert_int_equal(bko_processes_create(&pool, &nothing), BKO_EINVAL);
    assert_int_equal(bko_processes_create(&pool, &huge), BKO_EINVAL);
    assert_null(pool);
}

#define clean(test) cmocka_unit_test_setup_teardown(test, open_shared, nothing_is_left)

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(every_job_is_answered_once),
        clean(a_killed_worker_loses_its_job_and_no_other),
        clean(when_all_workers_are_gone_no_taken_job_is_forgotten),
        clean(a_worker_that_died_idle_takes_no_job_with_it),
        clean(large_jobs_and_answers_cross_without_deadlock),
        clean(frames_above_the_limit_fail_alone),
        clean(an_answer_may_be_empty),
        clean(a_failing_open_is_returned_and_all_workers_end),
        clean(a_worker_that_does_not_leave_is_killed),
        clean(workers_die_with_a_killed_parent),
        clean(a_process_with_threads_is_refused),
        clean(options_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
