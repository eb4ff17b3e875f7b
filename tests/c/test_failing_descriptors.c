/* What is still right when no descriptor is left. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/fetch.h"
#include "bakeoff/loop.h"
#include "core/process.h"

/* Creates the first loop of a process that can open so many more descriptors. */
static _Noreturn void create_loop_with(rlim_t more) {
    bko_fetch_options fetch = {0};
    bko_loop_options options = {.fetch = &fetch, .in_flight = 1};
    bko_loop *loop;
    int lowest = dup(STDIN_FILENO);
    close(lowest);
    struct rlimit few = {.rlim_cur = (rlim_t)lowest + more, .rlim_max = (rlim_t)lowest + more};
    setrlimit(RLIMIT_NOFILE, &few);
    int err = bko_loop_create(&loop, &options);
    bool is_clear = err == BKO_OK || (err == BKO_ESYS && errno == EMFILE);
    bko_loop_free(loop);
    _exit(is_clear ? err == BKO_OK : 2);
}

/* libuv would end the process. It prepares its signals once, so this test comes before all others. */
static void without_descriptors_there_is_no_loop_and_no_abort(void **state) {
    (void)state;
    int created = 0;
    for (rlim_t more = 0; more < 12; more++) {
        int status;
        pid_t pid = fork();
        if (pid == 0) {
            create_loop_with(more);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
        created += WEXITSTATUS(status);
    }
    assert_in_range(created, 1, 11);
}

static void *wait_for_lock(void *lock) {
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
    return NULL;
}

static void without_descriptors_nobody_is_sure_to_be_alone(void **state) {
    (void)state;
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_t other;
    struct rlimit before;
    pthread_mutex_lock(&lock);
    assert_int_equal(pthread_create(&other, NULL, wait_for_lock, &lock), 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit none = {.rlim_cur = 0, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    bool is_alone = bko__process_is_single_threaded();
    setrlimit(RLIMIT_NOFILE, &before);
    pthread_mutex_unlock(&lock);
    pthread_join(other, NULL);
    assert_false(is_alone);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_descriptors_there_is_no_loop_and_no_abort),
        cmocka_unit_test(without_descriptors_nobody_is_sure_to_be_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
