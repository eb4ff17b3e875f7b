/* The native contenders: the same jobs under every model. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include <cmocka.h>

#include "bakeoff/contender.h"
#include "bakeoff/error.h"
#include "contender/job.h"
#include "support_peer.h"
#include "support_process.h"
#include "support_server.h"

enum { JOBS = 60, AT_ONCE = 4 };

static const struct {
    const char *name;
    unsigned workers;
} models[] = {
    {"sequential", 1}, {"threads", AT_ONCE}, {"eventloop", AT_ONCE}, {"processes", AT_ONCE}};

/* The thread sanitizer's own thread: forking is refused. */
#ifdef __SANITIZE_THREAD__
enum { MODELS = 3 };
#else
enum { MODELS = 4 };
#endif

static const bko_fetch_options fetch = {.proxy = "", .keep_body = true};

/* Shared with worker processes. */
static struct {
    _Atomic unsigned opened, closed, called;
    _Atomic unsigned calls_of[JOBS]; /* by the number at the end of the URL */
    int failing_open, failing_job;   /* -1: none */
} * shared;

static bko_recorder *recorder;
static int descriptors;

static int open_shared(void **state) {
    (void)state;
    descriptors = process_descriptors();
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    shared->failing_open = -1;
    shared->failing_job = -1;
    return 0;
}

static int nothing_is_left(void **state) {
    (void)state;
    munmap(shared, sizeof *shared);
    return process_is_childless() && process_descriptors() == descriptors ? 0 : -1;
}

/* --- a hook that counts -------------------------------------------------------------------------- */

static int open_hook(void *user, unsigned worker, int shares_process, void **state, char *reason,
                     size_t size) {
    (void)shares_process;
    assert_ptr_equal(user, &shared);
    if ((int)worker == shared->failing_open) {
        snprintf(reason, size, "no hook for worker %u", worker);
        return BKO_ETASK;
    }
    atomic_fetch_add(&shared->opened, 1);
    *state = &shared;
    return BKO_OK;
}

static int call_hook(void *state, const bko_response *response, bko_answer *answer, char *reason,
                     size_t size) {
    (void)answer;
    assert_ptr_equal(state, &shared);
    int job = (int)strtol(strrchr(response->url, '/') + 1, NULL, 10);
    atomic_fetch_add(&shared->called, 1);
    atomic_fetch_add(&shared->calls_of[job], 1);
    if (job == shared->failing_job) {
        snprintf(reason, size, "job %d is not to my taste", job);
        return BKO_ETASK;
    }
    return BKO_OK;
}

static void close_hook(void *state) {
    assert_ptr_equal(state, &shared);
    atomic_fetch_add(&shared->closed, 1);
}

static const bko_process_hook hook = {open_hook, call_hook, close_hook, (void *)&shared};

/* --- one run ------------------------------------------------------------------------------------ */

static bko_totals run(size_t model, bko_jobs jobs) {
    const bko_contender *contender = bko_contender_find(models[model].name);
    bko_recorder_options options = {.jobs = jobs.count};
    bko_totals totals;
    void *state;
    assert_int_equal(bko_recorder_create(&recorder, &options), 0);
    jobs.recorder = recorder;
    assert_int_equal(contender->setup(&jobs, models[model].workers, &state), BKO_OK);
    assert_int_equal(contender->work(state), BKO_OK);
    contender->teardown(state);
    bko_recorder_totals(recorder, &totals);
    return totals;
}

static void done_with_run(void) {
    bko_recorder_free(recorder);
    recorder = NULL;
}

static void every_job_is_done_and_the_server_agrees(void **state) {
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        bko_server *server = server_start((bko_server_options){.size_bytes = 1000});
        const char **urls = server_urls(server, JOBS);
        bko_totals totals = run(i, (bko_jobs){.urls = urls, .count = JOBS, .fetch = &fetch});
        bko_server_stats stats;
        bko_server_stats_read(server, &stats);
        assert_int_equal(totals.submitted, JOBS);
        assert_int_equal(totals.done, JOBS);
        assert_int_equal(totals.failed + totals.lost, 0);
        assert_int_equal(totals.bytes, JOBS * 1000);
        assert_int_equal(stats.requests, JOBS);
        assert_int_equal(totals.connections, stats.connections);
        assert_true(stats.connections <= models[i].workers);
        assert_int_equal(totals.ipc_bytes > 0, strcmp(models[i].name, "processes") == 0);
        assert_string_equal(bko_recorder_first_reason(recorder), "");
        done_with_run();
        urls_free(urls, JOBS);
        bko_server_free(server);
    }
}

static void rows_tell_each_job(void **state) {
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        bko_server *server = server_start((bko_server_options){0});
        const char **urls = server_urls(server, JOBS);
        run(i, (bko_jobs){.urls = urls, .count = JOBS, .fetch = &fetch, .process = &hook});
        for (size_t job = 0; job < JOBS; job++) {
            const bko_job_row *row = bko_recorder_row(recorder, job);
            assert_int_equal(bko_recorder_state(recorder, job), BKO_JOB_DONE);
            assert_int_equal(row->http_status, 200);
            assert_true(row->worker < models[i].workers);
            assert_true(row->queued_ns <= row->started_ns && row->started_ns <= row->done_ns);
            assert_true(row->done_ns <= row->processed_ns && row->processed_ns <= row->ended_ns);
            assert_int_equal(row->saved_ns, 0);
        }
        done_with_run();
        urls_free(urls, JOBS);
        bko_server_free(server);
    }
}

/* The gate opens for all workers together only: with fewer in flight the jobs would time out. */
static void all_workers_are_busy_at_once(void **state) {
    (void)state;
    char path[32];
    for (size_t i = 0; i < MODELS; i++) {
        peer *remote = peer_fork();
        snprintf(path, sizeof path, "/gate/%u", models[i].workers);
        peer_url url = peer_at(remote, path);
        const char **urls = same_urls(url.text, JOBS);
        bko_totals totals = run(i, (bko_jobs){.urls = urls, .count = JOBS, .fetch = &fetch});
        assert_int_equal(totals.done, JOBS);
        assert_int_equal(totals.in_flight_peak, models[i].workers);
        assert_int_equal(peer_held_peak(remote), models[i].workers);
        done_with_run();
        urls_free(urls, JOBS);
        peer_stop(remote);
    }
}

static void the_hook_is_called_once_per_job_and_closed_per_worker(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, JOBS);
    unsigned workers = 0;
    for (unsigned i = 0; i < MODELS; i++) {
        run(i, (bko_jobs){.urls = urls, .count = JOBS, .fetch = &fetch, .process = &hook});
        workers += strcmp(models[i].name, "eventloop") == 0 ? 1 : models[i].workers;
        assert_int_equal(atomic_load(&shared->opened), workers);
        assert_int_equal(atomic_load(&shared->closed), workers);
        for (size_t job = 0; job < JOBS; job++) {
            assert_int_equal(atomic_load(&shared->calls_of[job]), i + 1);
        }
        done_with_run();
    }
    urls_free(urls, JOBS);
    bko_server_free(server);
}

static void a_hook_that_fails_fails_its_job_with_its_reason(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, JOBS);
    shared->failing_job = 17;
    for (size_t i = 0; i < MODELS; i++) {
        bko_totals totals =
            run(i, (bko_jobs){.urls = urls, .count = JOBS, .fetch = &fetch, .process = &hook});
        assert_int_equal(totals.done, JOBS - 1);
        assert_int_equal(totals.failed, 1);
        assert_int_equal(bko_recorder_row(recorder, 17)->error, BKO_ETASK);
        assert_non_null(strstr(bko_recorder_first_reason(recorder), "job 17 is not to my taste"));
        done_with_run();
    }
    urls_free(urls, JOBS);
    bko_server_free(server);
}

static void failed_fetches_are_not_processed(void **state) {
    (void)state;
    peer *remote = peer_fork();
    peer_url url = peer_at(remote, "/status/503");
    const char **urls = same_urls(url.text, 10);
    for (size_t i = 0; i < MODELS; i++) {
        bko_totals totals =
            run(i, (bko_jobs){.urls = urls, .count = 10, .fetch = &fetch, .process = &hook});
        assert_int_equal(totals.failed, 10);
        assert_int_equal(atomic_load(&shared->called), 0);
        assert_non_null(strstr(bko_recorder_first_reason(recorder), "HTTP status 503"));
        done_with_run();
    }
    urls_free(urls, 10);
    peer_stop(remote);
}

static void credentials_do_not_reach_the_reason(void **state) {
    (void)state;
    char url[2000];
    char password[1500];
    const char *const urls[] = {url};
    memset(password, 's', sizeof password - 1);
    password[sizeof password - 1] = '\0';
    for (size_t i = 0; i < MODELS; i++) {
        for (int length = 10; length < 1500; length += 1480) {
            snprintf(url, sizeof url, "http://user:%.*s@127.0.0.1:%u/0", length, password,
                     peer_closed_port());
            descriptors++;
            bko_totals totals = run(i, (bko_jobs){.urls = urls, .count = 1, .fetch = &fetch});
            assert_int_equal(totals.failed, 1);
            assert_null(strstr(bko_recorder_first_reason(recorder), "sss"));
            assert_non_null(strstr(bko_recorder_first_reason(recorder), "***@127.0.0.1"));
            done_with_run();
        }
    }
}

static void more_workers_than_jobs_and_no_jobs_are_fine(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, 2);
    for (size_t i = 0; i < MODELS; i++) {
        for (size_t count = 0; count <= 2; count++) {
            bko_totals totals = run(i, (bko_jobs){.urls = urls, .count = count, .fetch = &fetch});
            assert_int_equal(totals.done, count);
            assert_true(totals.in_flight_peak <= count);
            done_with_run();
        }
    }
    urls_free(urls, 2);
    bko_server_free(server);
}

/* --- setup that fails --------------------------------------------------------------------------- */

static int fail_setup(size_t model, unsigned workers) {
    const char *const urls[] = {"http://127.0.0.1/0"};
    bko_recorder_options options = {.jobs = 1};
    bko_jobs jobs = {.urls = urls, .count = 1, .fetch = &fetch, .process = &hook};
    void *state = NULL;
    assert_int_equal(bko_recorder_create(&recorder, &options), 0);
    jobs.recorder = recorder;
    int err = bko_contender_find(models[model].name)->setup(&jobs, workers, &state);
    assert_int_equal(atomic_load(&shared->opened), atomic_load(&shared->closed));
    return err;
}

static void without_workers_nothing_is_set_up(void **state) {
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        assert_int_equal(fail_setup(i, 0), BKO_EINVAL);
        done_with_run();
    }
    assert_int_equal(fail_setup(0, 2), BKO_EINVAL); /* sequential has one */
    done_with_run();
}

static void a_hook_that_cannot_be_opened_fails_the_setup(void **state) {
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        int shared_by_all = strcmp(models[i].name, "eventloop") == 0;
        shared->failing_open = shared_by_all ? 0 : (int)models[i].workers - 1;
        assert_int_equal(fail_setup(i, models[i].workers), BKO_ETASK);
        assert_non_null(strstr(bko_recorder_first_reason(recorder), "no hook for worker"));
        done_with_run();
    }
}

static void only_the_known_are_found(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        assert_string_equal(bko_contender_find(models[i].name)->name, models[i].name);
        bko_contender_find(models[i].name)->teardown(NULL);
    }
    assert_null(bko_contender_find("goroutines"));
    assert_null(bko_contender_find(""));
}

/* --- saving ------------------------------------------------------------------------------------- */

static void assert_file(const char *dir, const char *url, size_t size) {
    char name[128];
    char path[512];
    struct stat info;
    bko_url_file_name(url, name, sizeof name);
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, size);
}

/* Removes the folder with its files; returns how many there were. */
static size_t remove_folder(const char *dir) {
    size_t count = 0;
    char path[512];
    struct dirent *entry;
    DIR *folder = opendir(dir);
    while ((entry = readdir(folder)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        count += unlink(path) == 0;
    }
    closedir(folder);
    assert_int_equal(rmdir(dir), 0);
    return count;
}

static void bodies_are_saved_one_file_each(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.size_bytes = 1234});
    const char **urls = server_urls(server, JOBS);
    for (size_t i = 0; i < MODELS; i++) {
        char dir[] = "/tmp/bakeoff-save-XXXXXX";
        assert_non_null(mkdtemp(dir));
        bko_totals totals =
            run(i, (bko_jobs){.urls = urls, .count = JOBS, .fetch = &fetch, .save_dir = dir});
        assert_int_equal(totals.done, JOBS);
        for (size_t job = 0; job < JOBS; job++) {
            assert_file(dir, urls[job], 1234);
            assert_true(bko_recorder_row(recorder, job)->saved_ns > 0);
        }
        assert_int_equal(remove_folder(dir), JOBS); /* nothing half-written beside them */
        done_with_run();
    }
    urls_free(urls, JOBS);
    bko_server_free(server);
}

static void one_url_saved_by_all_workers_is_one_whole_file(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.size_bytes = 100000});
    const char **one = server_urls(server, 1);
    const char **urls = same_urls(one[0], JOBS);
    for (size_t i = 0; i < MODELS; i++) {
        char dir[] = "/tmp/bakeoff-save-XXXXXX";
        assert_non_null(mkdtemp(dir));
        run(i, (bko_jobs){.urls = urls, .count = JOBS, .fetch = &fetch, .save_dir = dir});
        assert_file(dir, one[0], 100000);
        assert_int_equal(remove_folder(dir), 1);
        done_with_run();
    }
    urls_free(urls, JOBS);
    urls_free(one, 1);
    bko_server_free(server);
}

static void a_folder_that_is_not_there_fails_the_jobs(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, 3);
    bko_totals totals = run(
        0,
        (bko_jobs){.urls = urls, .count = 3, .fetch = &fetch, .save_dir = "/nonexistent/folder"});
    assert_int_equal(totals.failed, 3);
    assert_int_equal(bko_recorder_row(recorder, 0)->error, BKO_ESAVE);
    assert_non_null(strstr(bko_recorder_first_reason(recorder), "save folder"));
    done_with_run();
    urls_free(urls, 3);
    bko_server_free(server);
}

/* libuv's first loop opens a pipe for the rest of the process's life. */
static int open_what_stays_open(void **state) {
    uv_loop_t loop;
    (void)state;
    return uv_loop_init(&loop) == 0 && uv_loop_close(&loop) == 0 ? 0 : -1;
}

#define clean(test) cmocka_unit_test_setup_teardown(test, open_shared, nothing_is_left)

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(every_job_is_done_and_the_server_agrees),
        clean(rows_tell_each_job),
        clean(all_workers_are_busy_at_once),
        clean(the_hook_is_called_once_per_job_and_closed_per_worker),
        clean(a_hook_that_fails_fails_its_job_with_its_reason),
        clean(failed_fetches_are_not_processed),
        clean(credentials_do_not_reach_the_reason),
        clean(more_workers_than_jobs_and_no_jobs_are_fine),
        clean(without_workers_nothing_is_set_up),
        clean(a_hook_that_cannot_be_opened_fails_the_setup),
        clean(only_the_known_are_found),
        clean(bodies_are_saved_one_file_each),
        clean(one_url_saved_by_all_workers_is_one_whole_file),
        clean(a_folder_that_is_not_there_fails_the_jobs),
    };
    return cmocka_run_group_tests(tests, open_what_stays_open, NULL);
}
