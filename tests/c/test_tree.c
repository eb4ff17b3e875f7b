/* Both ways of listing a process tree, on trees of known shape. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/tree.h"
#include "probe/linux/tree.h"
#include "support_probe.h"

enum { ROOM = 1024, MANY = 700 };

typedef int lister(pid_t root, pid_t *pids, size_t capacity, size_t *count);

static lister *const listers[] = {bko_tree_list, bko__tree_by_children, bko__tree_by_parents};

enum { LISTERS = sizeof listers / sizeof listers[0] };

static void wait_forever(struct subject *self, size_t unused) {
    (void)unused;
    subject_tell(self);
    subject_wait(self);
}

/* A chain: `generations` processes, each with one child. */
static void chain(struct subject *self, size_t generations) {
    if (generations > 0) {
        struct subject next = subject_start(chain, generations - 1);
        subject_wait(&next);
    }
    wait_forever(self, 0);
}

static void fan(struct subject *self, size_t children) {
    for (size_t i = 0; i < children; i++) {
        if (fork() == 0) {
            subject_wait(self); /* it ends when the test closes its side */
            _exit(0);
        }
    }
    wait_forever(self, 0);
}

static void assert_count(pid_t root, size_t expected) {
    for (size_t i = 0; i < LISTERS; i++) {
        pid_t pids[ROOM];
        size_t count = 0;
        assert_int_equal(listers[i](root, pids, ROOM, &count), BKO_OK);
        assert_int_equal(count, expected);
        assert_int_equal(pids[0], root);
    }
}

static void finds_every_generation(void **state) {
    (void)state;
    struct subject child = subject_start(chain, 5);
    subject_wait(&child);
    assert_count(child.pid, 6);
    subject_end(&child);
}

/* More pids than one page of the `children` file holds. */
static void finds_hundreds_of_children(void **state) {
    (void)state;
    struct subject child = subject_start(fan, MANY);
    subject_wait(&child);
    assert_count(child.pid, MANY + 1);
    subject_end(&child);
}

static void *fork_in_thread(void *forked) {
    struct subject child = subject_start(wait_forever, 0);
    subject_wait(&child);
    pthread_barrier_wait(forked);
    pause(); /* the child would die with its thread */
    return NULL;
}

static void fork_from_threads(struct subject *self, size_t threads) {
    static pthread_barrier_t forked;
    pthread_barrier_init(&forked, NULL, (unsigned)threads + 1);
    for (size_t i = 0; i < threads; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, fork_in_thread, &forked);
    }
    pthread_barrier_wait(&forked);
    wait_forever(self, 0);
}

static void finds_children_of_every_thread(void **state) {
    (void)state;
    if (SANITIZED) {
        skip(); /* the sanitizers' runtimes don't survive a fork from a thread */
    }
    struct subject child = subject_start(fork_from_threads, 8);
    subject_wait(&child);
    assert_count(child.pid, 9);
    subject_end(&child);
}

static void says_when_there_is_no_room(void **state) {
    (void)state;
    struct subject child = subject_start(chain, 5);
    subject_wait(&child);
    for (size_t i = 0; i < LISTERS; i++) {
        pid_t pids[4] = {0, 0, 0, -1};
        size_t count = 0;
        assert_int_equal(listers[i](child.pid, pids, 3, &count), BKO_ETOOLARGE);
        assert_int_equal(count, 3);
        assert_int_equal(pids[3], -1);
    }
    subject_end(&child);
}

static void says_gone_of_a_root_that_ended(void **state) {
    (void)state;
    struct subject child = subject_start(chain, 0);
    subject_end(&child);
    for (size_t i = 0; i < LISTERS; i++) {
        pid_t pids[4];
        size_t count = 1;
        assert_int_equal(listers[i](child.pid, pids, 4, &count), BKO_EGONE);
        assert_int_equal(count, 0);
    }
}

static void refuses_no_root_and_no_room(void **state) {
    (void)state;
    pid_t pid;
    size_t count = 1;
    assert_int_equal(bko_tree_list(0, &pid, 1, &count), BKO_EINVAL);
    assert_int_equal(bko_tree_list(getpid(), &pid, 0, &count), BKO_EINVAL);
    assert_int_equal(count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_generation),
        cmocka_unit_test(finds_hundreds_of_children),
        cmocka_unit_test(finds_children_of_every_thread),
        cmocka_unit_test(says_when_there_is_no_room),
        cmocka_unit_test(says_gone_of_a_root_that_ended),
        cmocka_unit_test(refuses_no_root_and_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
