/*
 * Peaks that a reading of RSS does not show: copies on write, shared address spaces, orphans, memory
 * that nobody maps or that may not be read. On the test's own clock, as in test_sampler.c.
 */
#include <sched.h>
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
#include "bakeoff/memory.h"
#include "bakeoff/sampler.h"
#include "probe/linux/memory.h"
#include "probe/sampler_parts.h"
#include "support_probe.h"
#include "support_sampler.h"

enum { MIB = 1024 * 1024, SIZE = 64 * MIB, CHILDREN = 4, PAGE = 4096 };

/* A sanitizer's shadow memory would count as the processes'. */
static void needs_plain_memory(void) {
    if (SANITIZED) {
        skip();
    }
}

/* Each process also has a little memory of its own. */
static void assert_near(int64_t bytes, int64_t expected) {
    assert_in_range(bytes, expected - expected / 50,
                    expected + expected / 50 + (1 + CHILDREN) * (int64_t)MIB);
}

/* --- copies on write -------------------------------------------------------------------------- */

static char *inherited;

static void rewrite(struct subject *self, size_t size) {
    subject_tell(self);
    subject_wait(self);
    for (size_t at = 0; at < size; at += PAGE) {
        inherited[at] = 2;
    }
    sampler_idle_subject(self, 0);
}

/* Shares its pages with four children, which then copy them all: RSS stays the same. */
static void share_and_copy(struct subject *self, size_t size) {
    struct subject children[CHILDREN];
    inherited = touched_pages(size);
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = subject_start(rewrite, size);
        subject_wait(&children[i]);
    }
    subject_tell(self);
    subject_wait(self);
    for (int i = 0; i < CHILDREN; i++) {
        subject_step(&children[i]);
    }
    sampler_idle_subject(self, 0);
}

static void copies_on_write_are_in_the_bracket_and_cause_a_reading(void **state) {
    (void)state;
    needs_plain_memory();
    const int64_t tick = 200 * 1000 * 1000;
    const int64_t truth = (int64_t)(1 + CHILDREN) * SIZE;
    struct subject child = subject_start(share_and_copy, SIZE);
    subject_wait(&child);
    bko_sampler *sampler =
        sampler_on(child.pid, (bko_sampler_options){.every_ns = tick, .runs_on = 1});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_near(sampler_result(sampler).footprint_peak, SIZE);
    subject_step(&child);
    /* It has just changed; the reading waits until it is settled. */
    assert_int_equal(bko_sampler_tick(sampler, tick, 0), 1);
    bko_sampler_result result = sampler_result(sampler);
    assert_int_equal(result.full_samples, 1);
    assert_near(result.footprint_peak, SIZE);
    assert_near(result.footprint_peak_high, truth);
    for (int i = 2; i < 100 && result.full_samples == 1; i++) {
        (void)bko_sampler_tick(sampler, i * tick, 0);
        result = sampler_result(sampler);
    }
    assert_near(result.footprint_peak, truth);
    assert_near(result.footprint_peak_high, truth);
    bko_sampler_free(sampler);
    subject_end(&child);
}

static void faults_after_the_last_sample_are_in_the_bracket(void **state) {
    (void)state;
    needs_plain_memory();
    const int64_t pages = (int64_t)CHILDREN * SIZE / PAGE;
    struct subject child = subject_start(share_and_copy, SIZE);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    bko__sampler_end(sampler, &(bko__ending){0}); /* nothing new */
    assert_near(sampler_result(sampler).footprint_peak_high, SIZE);
    bko__sampler_end(sampler, &(bko__ending){.faults = (int64_t)SIZE / PAGE + 1000 + pages});
    assert_true(sampler_result(sampler).footprint_peak_high >= (1 + CHILDREN) * (int64_t)SIZE);
    assert_near(sampler_result(sampler).footprint_peak, SIZE);
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* --- one address space, several processes ----------------------------------------------------- */

static int borrower(void *argument) {
    sampler_idle_subject(argument, 0);
    return 0;
}

/* The child has its parent's memory; both run. */
static void lend_memory(struct subject *self, size_t size) {
    static _Alignas(16) char stack[64 * 1024];
    (void)touched_pages(size);
    if (clone(borrower, stack + sizeof stack, CLONE_VM | SIGCHLD, self) < 0) {
        _exit(1);
    }
    for (;;) {
        pause();
    }
}

static void lend_memory_in_a_child(struct subject *self, size_t size) {
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        lend_memory(self, size);
    }
    for (;;) {
        pause();
    }
}

static void a_shared_address_space_counts_once(void **state) {
    (void)state;
    needs_plain_memory();
    struct subject child = subject_start(lend_memory_in_a_child, SIZE);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    bko_memory_tree tree;
    assert_int_equal(bko_memory_read_tree(child.pid, &tree), BKO_OK);
    assert_in_range(tree.footprint, SIZE, SIZE + 8 * MIB);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    bko_sampler_result result = sampler_result(sampler);
    assert_int_equal(result.processes_peak, 3);
    assert_in_range(result.footprint_peak, SIZE, SIZE + 8 * MIB);
    assert_in_range(result.rss_peak, SIZE, SIZE + 8 * MIB);
    bko_sampler_free(sampler);
    subject_end(&child); /* the borrower ends when its pipe closes */
}

/* --- orphans ---------------------------------------------------------------------------------- */

static void hold(struct subject *self, size_t size) {
    (void)touched_pages(size);
    subject_tell(self);
    subject_wait(self); /* until the pipe closes */
}

/* Leaves a grandchild whose parent ends before anybody looks. */
static void fork_twice(struct subject *self, size_t size) {
    pid_t between = fork();
    if (between == 0) {
        if (fork() == 0) {
            hold(self, size);
        }
        _exit(0);
    }
    waitpid(between, NULL, 0);
    subject_wait(self);
}

static void an_orphan_that_nobody_saw_belongs_to_the_tree(void **state) {
    (void)state;
    needs_plain_memory();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    struct subject stranger = subject_start(sampler_idle_subject, 0);
    subject_wait(&stranger);
    struct subject child = subject_start(fork_twice, SIZE);
    subject_wait(&child);
    bko_sampler *below = sampler_on(child.pid, (bko_sampler_options){0});
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.adopter = getpid(),
                                                                       .strangers = &stranger.pid,
                                                                       .stranger_count = 1});
    assert_int_equal(bko_sampler_full(below, 0, 0), 1);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_int_equal(sampler_result(below).processes_peak, 1);
    assert_int_equal(sampler_result(sampler).processes_peak, 2);
    assert_true(sampler_result(sampler).footprint_peak >= SIZE);
    bko_sampler_free(below);
    bko_sampler_free(sampler);
    subject_end(&child);
    subject_end(&stranger);
    while (wait(NULL) > 0) {
    }
    prctl(PR_SET_CHILD_SUBREAPER, 0);
}

/* --- a process that is alone ------------------------------------------------------------------ */

static void a_process_alone_is_not_held_up(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_idle_subject, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.runs_on = 1, .budget = 1});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    (void)sampler_tick_many(sampler, SAMPLER_TICK, 20);
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(samples[i].footprint, samples[i].rss);
        assert_int_equal(samples[i].pss, -1);
    }
    assert_int_equal(bko_sampler_finish(sampler), BKO_OK);
    bko_sampler_result result = sampler_result(sampler);
    assert_int_equal(result.was_alone, 1);
    assert_int_equal(result.footprint_peak_high, result.footprint_peak);
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* --- movement --------------------------------------------------------------------------------- */

/* Gives its pages back and takes new ones, over and over. */
static void churn(struct subject *self, size_t size) {
    char *pages = touched_pages(size);
    subject_tell(self);
    for (;;) {
        madvise(pages, size, MADV_DONTNEED);
        for (size_t at = 0; at < size; at += PAGE) {
            pages[at] = 1;
        }
    }
}

static void a_reading_during_which_pages_move_has_no_pss(void **state) {
    (void)state;
    needs_plain_memory();
    enum { ATTEMPTS = 30000 }; /* far more than are needed, unless both always share a processor */
    struct subject child = subject_start(churn, SIZE);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    size_t count = 0;
    const bko_memory_sample *last = NULL;
    for (int i = 0; i < ATTEMPTS && (last == NULL || last->pss >= 0); i++) {
        assert_int_equal(bko_sampler_full(sampler, i * SAMPLER_TICK, 0), 1);
        last = bko_sampler_samples(sampler, &count) + count - 1;
    }
    assert_int_equal(last->pss, -1);
    assert_int_equal(last->uss, -1);
    assert_true(last->footprint <= SIZE + 8 * MIB);
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* A page counts once for each process that maps it, so the sum of RSS is never below the footprint. */
static void the_sum_of_rss_is_never_below_the_footprint(void **state) {
    (void)state;
    enum { ATTEMPTS = 100 };
    struct subject child = subject_start(churn, SIZE);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    for (int i = 0; i < ATTEMPTS; i++) {
        assert_int_equal(bko_sampler_full(sampler, i * SAMPLER_TICK, 0), 1);
    }
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    for (size_t i = 0; i < count; i++) {
        assert_true(samples[i].rss >= samples[i].footprint);
    }
    assert_true(sampler_result(sampler).rss_peak >= sampler_result(sampler).footprint_peak);
    assert_int_equal(bko_sampler_finish(sampler), BKO_OK);
    assert_true(sampler_result(sampler).rss_peak >= sampler_result(sampler).footprint_peak);
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* --- what nobody maps, and what may not be read ----------------------------------------------- */

static void fill_a_file(struct subject *self, size_t size) {
    static const char bytes[PAGE] = {1};
    int fd = memfd_create("unmapped", MFD_CLOEXEC);
    for (size_t at = 0; at < size; at += sizeof bytes) {
        if (write(fd, bytes, sizeof bytes) != (ssize_t)sizeof bytes) {
            _exit(1);
        }
    }
    sampler_idle_subject(self, 0);
}

static void fill_a_file_when_asked(struct subject *self, size_t size) {
    subject_tell(self);
    subject_wait(self);
    fill_a_file(self, size);
}

/* The count is the machine's: another program may free such memory meanwhile. */
static int64_t seen_outside(void) {
    struct subject child = subject_start(fill_a_file_when_asked, SIZE);
    subject_wait(&child);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 0), 1);
    int64_t outside = sampler_result(sampler).outside_peak;
    bko_sampler_free(sampler);
    subject_end(&child);
    return outside;
}

static void memory_that_nobody_maps_is_counted(void **state) {
    (void)state;
    int64_t outside = 0;
    /* The libraries that the process maps are no part of it; the kernel's count is a little late. */
    const int64_t all = SIZE - 2 * MIB;
    for (int i = 0; i < 20 && outside < all; i++) {
        outside = seen_outside();
    }
    assert_true(outside >= all);
}

/* The first sample comes late; another program may free such memory meanwhile. */
static void memory_from_before_the_first_sample_counts_if_its_beginning_is_known(void **state) {
    (void)state;
    const int64_t all = SIZE - 2 * MIB;
    int64_t outside = 0;
    for (int i = 0; i < 20 && outside < all; i++) {
        int64_t before = bko__memory_of_shared_files(NULL);
        struct subject child = subject_start(fill_a_file, SIZE);
        subject_wait(&child);
        bko_sampler *sampler =
            sampler_on(child.pid, (bko_sampler_options){.shared_before = before});
        assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
        outside = sampler_result(sampler).outside_peak;
        bko_sampler_free(sampler);
        subject_end(&child);
    }
    assert_true(outside >= all);
}

/* Root may read everything, so the test becomes somebody else to look at root's processes. */
static void refuse_to_be_read(struct subject *self, size_t size) {
    prctl(PR_SET_DUMPABLE, 0);
    sampler_forking_subject(self, size);
}

static int what_somebody_else_sees(pid_t root) {
    bko_memory_tree tree;
    if (getuid() == 0 && setuid(65534) != 0) {
        return 1;
    }
    if (bko_memory_read_tree(root, &tree) != BKO_OK) {
        return 2;
    }
    int is_bracketed = tree.footprint < SIZE + SIZE / 2 &&
                       tree.footprint_high > (int64_t)(1 + SAMPLER_FORKS) * SIZE;
    return tree.unreadable != 1 + SAMPLER_FORKS ? 3 : SANITIZED || is_bracketed ? 0 : 4;
}

static void unreadable_processes_widen_the_bracket(void **state) {
    (void)state;
    struct subject child = subject_start(refuse_to_be_read, SIZE);
    subject_wait(&child);
    subject_step(&child);
    pid_t somebody = fork();
    if (somebody == 0) {
        _exit(what_somebody_else_sees(child.pid));
    }
    int status = 0;
    waitpid(somebody, &status, 0);
    assert_int_equal(status, 0);
    subject_end(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_on_write_are_in_the_bracket_and_cause_a_reading),
        cmocka_unit_test(faults_after_the_last_sample_are_in_the_bracket),
        cmocka_unit_test(a_shared_address_space_counts_once),
        cmocka_unit_test(an_orphan_that_nobody_saw_belongs_to_the_tree),
        cmocka_unit_test(a_process_alone_is_not_held_up),
        cmocka_unit_test(a_reading_during_which_pages_move_has_no_pss),
        cmocka_unit_test(the_sum_of_rss_is_never_below_the_footprint),
        cmocka_unit_test(memory_that_nobody_maps_is_counted),
        cmocka_unit_test(memory_from_before_the_first_sample_counts_if_its_beginning_is_known),
        cmocka_unit_test(unreadable_processes_widen_the_bracket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
