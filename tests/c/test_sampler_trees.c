/* The sampler on a tree that changes, on the test's own clock as in test_sampler.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "bakeoff/sampler.h"
#include "bakeoff/tree.h"
#include "core/clock.h"
#include "support_probe.h"
#include "support_process.h"
#include "support_sampler.h"

enum { MIB = 1024 * 1024, SIZE = 64 * MIB };

static void follows_a_tree_as_it_changes(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_forking_subject, SIZE);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 1), 1);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, 2 * SAMPLER_TICK, 2), 1);
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    assert_int_equal(count, 3);
    assert_int_equal(samples[0].processes, 1);
    assert_int_equal(samples[1].processes, 1 + SAMPLER_FORKS);
    assert_int_equal(samples[2].processes, SAMPLER_FORKS);
    assert_int_equal(sampler_result(sampler).processes_peak, 1 + SAMPLER_FORKS);
    if (!SANITIZED) {
        assert_true(samples[1].rss > (int64_t)(1 + SAMPLER_FORKS) * SIZE);
        assert_in_range(samples[1].footprint, samples[0].footprint, samples[0].footprint + 6 * MIB);
    }
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* Child and grandchild don't ask to die with the root. They outlive it until the test closes the
 * pipe. */
static void leave_an_orphan(struct subject *self, size_t unused) {
    (void)unused;
    pid_t between = fork();
    if (between == 0) {
        if (fork() == 0) {
            subject_wait(self);
            _exit(0);
        }
        subject_tell(self);
    }
    subject_wait(self); /* all three wait for the pipe to close */
}

static void keeps_an_orphan_it_knows(void **state) {
    (void)state;
    struct subject child = subject_start(leave_an_orphan, 0);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_int_equal(sampler_result(sampler).processes_peak, 3);
    kill(child.pid, SIGKILL);
    waitpid(child.pid, NULL, 0);
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 0), 1);
    size_t count = 0;
    assert_int_equal(bko_sampler_samples(sampler, &count)[1].processes, 2);
    bko_sampler_free(sampler);
    close(child.say);
    close(child.hear);
}

static void says_gone_when_the_tree_has_ended(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_idle_subject, 0);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    subject_end(&child);
    assert_int_equal(bko_sampler_tick(sampler, 1000 * SAMPLER_TICK, 0), BKO_EGONE);
    assert_int_equal(bko_sampler_full(sampler, 2000 * SAMPLER_TICK, 0), BKO_EGONE);
    assert_int_equal(bko_sampler_finish(sampler), BKO_EGONE);
    assert_int_equal(sampler_result(sampler).samples, 1);
    bko_sampler_free(sampler);
}

static void peak_between_samples(struct subject *self, size_t size) {
    subject_tell(self);
    subject_wait(self);
    munmap(touched_pages(size), size);
    sampler_idle_subject(self, 0);
}

static void finish_finds_a_peak_between_samples(void **state) {
    (void)state;
    struct subject child = subject_start(peak_between_samples, SIZE);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    int64_t before = sampler_result(sampler).footprint_peak;
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 0), 1);
    if (!SANITIZED) {
        assert_true(sampler_result(sampler).footprint_peak < before + SIZE);
        assert_int_equal(bko_sampler_finish(sampler), BKO_OK);
        assert_in_range(sampler_result(sampler).footprint_peak, SIZE, before + SIZE + MIB);
    }
    bko_sampler_free(sampler);
    subject_end(&child);
}

enum { BURNT_MS = 60 };

/* Uses CPU time, then starts a child that tells the test and outlives its parent. */
static void burn(struct subject *self, size_t unused) {
    (void)unused;
    while (bko__clock_thread_cpu_ns() < BURNT_MS * INT64_C(1000000)) {
    }
    if (fork() == 0) {
        subject_tell(self);
    }
    subject_wait(self);
}

static void cpu_time_of_the_ended_goes_on_counting(void **state) {
    (void)state;
    struct subject child = subject_start(burn, 0);
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){0});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    assert_true(samples[0].cpu_ns >= BURNT_MS * INT64_C(1000000));
    kill(child.pid, SIGKILL);
    waitpid(child.pid, NULL, 0);
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 1), 1);
    samples = bko_sampler_samples(sampler, &count);
    assert_int_equal(samples[1].processes, 1);
    assert_true(samples[1].cpu_ns >= samples[0].cpu_ns);
    bko_sampler_free(sampler);
    close(child.say);
    close(child.hear);
}

static void leaves_nothing_behind(void **state) {
    (void)state;
    struct subject child = subject_start(sampler_forking_subject, MIB);
    subject_wait(&child);
    subject_step(&child);
    int before = process_descriptors();
    bko_sampler *sampler = sampler_on(child.pid, (bko_sampler_options){.budget = 1});
    struct mallinfo2 heap = mallinfo2(); /* all zero under a sanitizer */
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    (void)sampler_tick_many(sampler, SAMPLER_TICK, 500);
    assert_int_equal(mallinfo2().uordblks, heap.uordblks);
    assert_true(process_descriptors() > before);
    bko_sampler_free(sampler);
    assert_int_equal(process_descriptors(), before);
    subject_end(&child);
}

/* Both have the pages of this process, which belongs to neither. */
static void counts_what_two_trees_share_once(void **state) {
    (void)state;
    void *pages = touched_pages(SIZE);
    struct subject one = subject_start(sampler_idle_subject, 0);
    struct subject two = subject_start(sampler_idle_subject, 0);
    subject_wait(&one);
    subject_wait(&two);
    bko_sampler *sampler = sampler_on(one.pid, (bko_sampler_options){0});
    assert_int_equal(bko_sampler_add(sampler, two.pid), BKO_OK);
    assert_int_equal(bko_sampler_add(sampler, two.pid), BKO_OK);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    size_t count = 0;
    bko_memory_sample sample = bko_sampler_samples(sampler, &count)[0];
    assert_int_equal(sample.processes, 2);
    if (!SANITIZED) {
        assert_true(sample.rss > (int64_t)2 * SIZE);
        assert_in_range(sample.footprint, SIZE, SIZE + SIZE / 2);
    }
    (void)bko_sampler_processes(sampler, &count);
    assert_int_equal(count, 2);
    bko_sampler_free(sampler);
    subject_end(&one);
    subject_end(&two);
    assert_non_null(pages);
}

static void follows_all_trees_and_the_end_of_each(void **state) {
    (void)state;
    struct subject alone = subject_start(sampler_idle_subject, 0);
    struct subject forking = subject_start(sampler_forking_subject, MIB);
    subject_wait(&alone);
    bko_sampler *sampler = sampler_on(alone.pid, (bko_sampler_options){0});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_int_equal(bko_sampler_add(sampler, forking.pid), BKO_OK);
    subject_wait(&forking);
    subject_step(&forking);
    assert_int_equal(bko_sampler_full(sampler, SAMPLER_TICK, 0), 1);
    size_t count = 0;
    assert_int_equal(bko_sampler_samples(sampler, &count)[1].processes, 2 + SAMPLER_FORKS);
    subject_end(&alone);
    assert_int_equal(bko_sampler_full(sampler, 2 * SAMPLER_TICK, 0), 1);
    assert_int_equal(bko_sampler_samples(sampler, &count)[2].processes, 1 + SAMPLER_FORKS);
    assert_int_equal(bko_sampler_is_alive(sampler), 1);
    assert_int_equal(bko_sampler_add(sampler, alone.pid), BKO_EGONE);
    assert_int_equal(bko_sampler_add(sampler, 0), BKO_EINVAL);
    assert_false(sampler_result(sampler).is_high_unknown);
    subject_end(&forking);
    bko_sampler_free(sampler);
}

/* A tree in another one: each process counts once, whichever was named first. */
static void a_tree_within_another_counts_once(void **state) {
    (void)state;
    struct subject forking = subject_start(sampler_forking_subject, MIB);
    subject_wait(&forking);
    subject_step(&forking);
    pid_t pids[2 + SAMPLER_FORKS];
    size_t count = 0;
    assert_int_equal(bko_tree_list(forking.pid, pids, 2 + SAMPLER_FORKS, &count), BKO_OK);
    assert_int_equal(count, 1 + SAMPLER_FORKS);
    for (int inner_first = 0; inner_first < 2; inner_first++) {
        pid_t first = inner_first ? pids[1] : forking.pid;
        bko_sampler *sampler = sampler_on(first, (bko_sampler_options){0});
        assert_int_equal(bko_sampler_add(sampler, inner_first ? forking.pid : pids[1]), BKO_OK);
        assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
        assert_int_equal(bko_sampler_samples(sampler, &count)[0].processes, 1 + SAMPLER_FORKS);
        bko_sampler_free(sampler);
    }
    subject_end(&forking);
}

/* Members of a cgroup: what is below them is no matter. */
static void added_processes_alone_where_no_tree_is_wanted(void **state) {
    (void)state;
    struct subject alone = subject_start(sampler_idle_subject, 0);
    struct subject forking = subject_start(sampler_forking_subject, MIB);
    subject_wait(&alone);
    subject_wait(&forking);
    subject_step(&forking);
    bko_sampler *sampler = sampler_on(alone.pid, (bko_sampler_options){.root_only = 1});
    assert_int_equal(bko_sampler_add(sampler, forking.pid), BKO_OK);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    size_t count = 0;
    assert_int_equal(bko_sampler_samples(sampler, &count)[0].processes, 2);
    bko_sampler_free(sampler);
    subject_end(&alone);
    subject_end(&forking);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_two_trees_share_once),
        cmocka_unit_test(follows_all_trees_and_the_end_of_each),
        cmocka_unit_test(a_tree_within_another_counts_once),
        cmocka_unit_test(added_processes_alone_where_no_tree_is_wanted),
        cmocka_unit_test(follows_a_tree_as_it_changes),
        cmocka_unit_test(keeps_an_orphan_it_knows),
        cmocka_unit_test(says_gone_when_the_tree_has_ended),
        cmocka_unit_test(finish_finds_a_peak_between_samples),
        cmocka_unit_test(cpu_time_of_the_ended_goes_on_counting),
        cmocka_unit_test(leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
