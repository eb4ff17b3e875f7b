/*
 * Children that grow together and end at once, between two readings: what they gained last must be in
 * the bracket of the peak. On the test's own clock, as in test_sampler.c.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/sampler.h"
#include "probe/linux/memory.h"
#include "probe/linux/stat.h"
#include "probe/sampler_parts.h"
#include "support_probe.h"
#include "support_sampler.h"

enum { MIB = 1024 * 1024, CHILDREN = 4, HUGE = 2 * MIB };

enum { SMALL = 16 * MIB };

typedef struct meeting {
    int ready[2]; /* a child writes a byte after each half */
    int go[2][2]; /* closed: grow by the second half; end */
} meeting;

static struct { int are_orphans, ignores_children; } family;

static void grow_in_halves(const meeting *all, size_t size) {
    char byte;
    close(all->go[0][1]);
    close(all->go[1][1]);
    for (int half = 0; half < 2; half++) {
        (void)touched_pages(size / 2);
        if (write(all->ready[1], "", 1) != 1) {
            _exit(1);
        }
        (void)!read(all->go[half][0], &byte, 1);
    }
    _exit(0);
}

static void wait_for_half(const meeting *all) {
    char byte;
    for (int i = 0; i < CHILDREN; i++) {
        (void)!read(all->ready[0], &byte, 1);
    }
}

/* All have their memory at the same time; then all end before the parent goes on. */
static void grow_together(struct subject *self, size_t size) {
    meeting all;
    (void)signal(SIGCHLD, family.ignores_children ? SIG_IGN : SIG_DFL);
    subject_tell(self);
    subject_wait(self);
    if (pipe(all.ready) != 0 || pipe(all.go[0]) != 0 || pipe(all.go[1]) != 0) {
        _exit(1);
    }
    for (int i = 0; i < CHILDREN; i++) {
        pid_t child = fork();
        if (child == 0) {
            if (family.are_orphans && fork() > 0) {
                _exit(0);
            }
            grow_in_halves(&all, size);
        }
        (void)(family.are_orphans && waitpid(child, NULL, 0));
    }
    wait_for_half(&all);
    subject_tell(self);
    subject_wait(self);
    close(all.go[0][1]);
    wait_for_half(&all);
    close(all.go[1][1]);
    while (wait(NULL) > 0) {
    }
    sampler_idle_subject(self, 0);
}

static void reap_orphans(void) {
    for (int i = 0; i < CHILDREN && family.are_orphans; i++) {
        (void)wait(NULL);
    }
}

/* Reads the tree before they start and after they have ended and, if wished, halfway. */
static bko_sampler_result see_together(int looks_halfway) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    struct subject child = subject_start(grow_together, SMALL);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.adopter = getpid()});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    subject_step(&child);
    if (looks_halfway) {
        assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 0), 1);
        assert_int_equal(sampler_result(sampler).processes_peak, 1 + CHILDREN);
    }
    subject_step(&child);
    reap_orphans();
    assert_int_equal(bko_sampler_full(sampler, 2 * SAMPLER_TICK, 0), 1);
    bko_sampler_result result = sampler_result(sampler);
    bko_sampler_free(sampler);
    subject_end(&child);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    return result;
}

static void what_children_gained_before_their_end_is_in_the_bracket(void **state) {
    (void)state;
    if (SANITIZED) { /* its shadow memory would count as the processes' */
        skip();
    }
    for (int kind = 0; kind < 4; kind++) {
        family.are_orphans = kind % 2;
        bko_sampler_result result = see_together(kind / 2);
        assert_true(result.footprint_peak_high >= CHILDREN * (int64_t)SMALL);
        assert_true(result.footprint_peak_high <= (CHILDREN + 1) * (int64_t)SMALL);
    }
    family.are_orphans = 0;
}

/* Nobody is told of their page faults. */
static void children_that_the_kernel_reaps_leave_the_bracket_open(void **state) {
    (void)state;
    family.ignores_children = 1;
    bko_sampler_result result = see_together(1);
    bko_sampler_result unseen = see_together(0);
    family.ignores_children = 0;
    assert_int_equal(result.footprint_peak_high, bko__memory_of_machine());
    assert_true(result.is_high_unknown && result.is_unreaped);
    assert_true(unseen.is_high_unknown &&
                unseen.is_unreaped); /* they come and go between samples */
}

/* A child that nobody sees fills huge pages. The kernel may not have any; then it counts none. */
static void borrow_huge_pages(struct subject *self, size_t size) {
    subject_tell(self);
    subject_wait(self);
    if (fork() == 0) {
        char *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        madvise(pages, size, MADV_HUGEPAGE);
        for (size_t at = 0; at < size; at += HUGE) {
            pages[at] = 1;
        }
        _exit(0);
    }
    while (wait(NULL) > 0) {
    }
    sampler_idle_subject(self, 0);
}

static void huge_pages_of_unseen_children_are_in_the_bracket(void **state) {
    (void)state;
    enum { SIZE = 64 * MIB };
    if (SANITIZED || bko__memory_huge_size() != HUGE) {
        skip();
    }
    struct subject child = subject_start(borrow_huge_pages, SIZE);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    int64_t before = bko__memory_huge_faults(NULL);
    subject_step(&child);
    int64_t brought = (bko__memory_huge_faults(NULL) - before) * HUGE;
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 0), 1);
    bko_sampler_result result = sampler_result(sampler);
    assert_int_equal(result.processes_peak, 1);
    assert_true(result.footprint_peak_high >= (brought < SIZE ? brought : SIZE));
    bko_sampler_free(sampler);
    subject_end(&child);
}

static void what_the_program_ignored_leaves_the_bracket_open(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_idle_subject, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_int_equal(bko_sampler_finish(sampler), BKO_OK);
    assert_true(sampler_result(sampler).was_alone);
    bko__sampler_end(sampler, &(bko__ending){.is_unreaped = 1});
    bko_sampler_result result = sampler_result(sampler);
    assert_true(result.is_high_unknown && result.is_unreaped && !result.was_alone);
    assert_int_equal(result.footprint_peak_high, bko__memory_of_machine());
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* A short tree, or a busy machine: every sample saw the root alone. */
static void children_that_only_the_end_tells_of_are_in_the_bracket(void **state) {
    (void)state;
    enum { MORE = 64 * MIB, PAGE_BYTES = 4096 };
    struct subject child = subject_start(sampler_idle_subject, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_int_equal(bko_sampler_finish(sampler), BKO_OK);
    bko__stat own;
    assert_int_equal(bko__stat_read(child.pid, &own), BKO_OK);
    bko__ending ending = {.faults = own.faults + MORE / PAGE_BYTES};
    bko__sampler_end(sampler, &ending);
    bko_sampler_result result = sampler_result(sampler);
    assert_int_equal(result.footprint_peak_high, result.footprint_peak);
    ending.had_children = 1;
    bko__sampler_end(sampler, &ending);
    result = sampler_result(sampler);
    assert_false(result.was_alone);
    assert_true(result.footprint_peak_high >= result.footprint_peak + MORE);
    bko_sampler_free(sampler);
    subject_end(&child);
}

static void ignore_children(struct subject *self, size_t unused) {
    (void)signal(SIGCHLD, SIG_IGN);
    sampler_idle_subject(self, unused);
}

static void a_process_that_ignores_sigchld_is_noticed(void **state) {
    (void)state;
    struct subject child = subject_start(ignore_children, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_true(sampler_result(sampler).is_unreaped);
    bko_sampler_free(sampler);
    subject_end(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_children_gained_before_their_end_is_in_the_bracket),
        cmocka_unit_test(children_that_the_kernel_reaps_leave_the_bracket_open),
        cmocka_unit_test(huge_pages_of_unseen_children_are_in_the_bracket),
        cmocka_unit_test(children_that_only_the_end_tells_of_are_in_the_bracket),
        cmocka_unit_test(what_the_program_ignored_leaves_the_bracket_open),
        cmocka_unit_test(a_process_that_ignores_sigchld_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
