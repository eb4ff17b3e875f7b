/*
 * The sampler, on a clock of the test's own: `now` moves as the test says, so that schedule and
 * budget don't depend on how fast the machine is. What readings cost is measured for real.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "bakeoff/sampler.h"
#include "support_probe.h"

enum { MIB = 1024 * 1024, SIZE = 64 * MIB, FORKS = 4 };

/* Between ticks, unless a test is about costs: long enough for any machine's readings. */
static const int64_t TICK = 1000 * 1000 * 1000;
static const int64_t SHORT_TICK = 10 * 1000 * 1000;

static void wait_forever(struct subject *self, size_t unused) {
    (void)unused;
    subject_tell(self);
    subject_wait(self);
}

static bko_sampler *sampler_of(pid_t root, bko_sampler_options options) {
    bko_sampler *sampler = NULL;
    options.root = root;
    options.every_ns = options.every_ns == 0 ? TICK : options.every_ns;
    assert_int_equal(bko_sampler_create(&sampler, &options), BKO_OK);
    return sampler;
}

static bko_sampler_result result_of(const bko_sampler *sampler) {
    bko_sampler_result result;
    bko_sampler_read(sampler, &result);
    return result;
}

/* Calls it `ticks` times at its interval, from 1 ns on; returns how often it took a sample. */
static int tick_many(bko_sampler *sampler, int64_t every_ns, int ticks) {
    int taken = 0;
    for (int i = 0; i < ticks; i++) {
        taken += bko_sampler_tick(sampler, 1 + i * every_ns, 0) == 1;
    }
    return taken;
}

static void refuses_options_out_of_range(void **state) {
    (void)state;
    bko_sampler *sampler = NULL;
    const bko_sampler_options wrong[] = {
        {.root = 0},
        {.root = getpid(), .every_ns = -1},
        {.root = getpid(), .budget = 1.5},
        {.root = getpid(), .budget = -0.1},
        {.root = getpid(), .max_samples = 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(bko_sampler_create(&sampler, &wrong[i]), BKO_EINVAL);
        assert_null(sampler);
    }
    bko_sampler_free(NULL);
}

static void samples_when_due_and_not_before(void **state) {
    (void)state;
    struct subject child = subject_start(wait_forever, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_of(child.pid, (bko_sampler_options){.budget = 1});
    assert_int_equal(bko_sampler_tick(sampler, 5 * TICK, 0), 1);
    assert_int_equal(bko_sampler_due_ns(sampler), 6 * TICK);
    assert_int_equal(bko_sampler_tick(sampler, 6 * TICK - 1, 0), 0);
    assert_int_equal(bko_sampler_tick(sampler, 6 * TICK + 3, 1), 1);
    assert_int_equal(bko_sampler_due_ns(sampler), 7 * TICK);
    assert_int_equal(bko_sampler_tick(sampler, 9 * TICK + 3, 1), 1); /* late: back onto the grid */
    assert_int_equal(bko_sampler_due_ns(sampler), 10 * TICK);
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    assert_int_equal(count, 3);
    assert_int_equal(samples[1].time_ns, 6 * TICK + 3);
    assert_int_equal(samples[1].phase, 1);
    assert_int_equal(samples[1].processes, 1);
    assert_true(samples[1].rss > 0);
    bko_sampler_free(sampler);
    subject_end(&child);
}

static void full_sample_has_everything(void **state) {
    (void)state;
    struct subject child = subject_start(wait_forever, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_of(child.pid, (bko_sampler_options){.budget = 1e-9});
    assert_int_equal(bko_sampler_full(sampler, TICK, 0), 1);
    assert_int_equal(bko_sampler_full(sampler, TICK + 1, 1), 1); /* however soon */
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    assert_int_equal(count, 2);
    assert_int_equal(samples[0].footprint, samples[0].rss);
    assert_true(samples[0].pss > 0 && samples[0].uss > 0);
    bko_sampler_result result = result_of(sampler);
    assert_int_equal(result.full_samples, 2);
    assert_int_equal(result.footprint_baseline, samples[0].footprint);
    assert_true(result.probe_ns > 0 && result.probe_cpu_ns > 0);
    bko_sampler_free(sampler);
    subject_end(&child);
}

static void fork_on_demand(struct subject *self, size_t size) {
    struct subject forks[FORKS];
    (void)touched_pages(size);
    subject_tell(self);
    subject_wait(self);
    for (int i = 0; i < FORKS; i++) {
        forks[i] = subject_start(wait_forever, 0);
        subject_wait(&forks[i]);
    }
    subject_tell(self);
    subject_wait(self);
    subject_end(&forks[0]);
    wait_forever(self, 0);
}

static void follows_a_tree_as_it_changes(void **state) {
    (void)state;
    struct subject child = subject_start(fork_on_demand, SIZE);
    bko_sampler *sampler = sampler_of(child.pid, (bko_sampler_options){0});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, TICK, 1), 1);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, 2 * TICK, 2), 1);
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    assert_int_equal(count, 3);
    assert_int_equal(samples[0].processes, 1);
    assert_int_equal(samples[1].processes, 1 + FORKS);
    assert_int_equal(samples[2].processes, FORKS);
    assert_int_equal(result_of(sampler).processes_peak, 1 + FORKS);
    if (!SANITIZED) {
        assert_true(samples[1].rss > (int64_t)(1 + FORKS) * SIZE);
        assert_in_range(samples[1].footprint, samples[0].footprint, samples[0].footprint + 6 * MIB);
    }
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* Child and grandchild don't ask to die with the root: they outlive it until the test closes the
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
    bko_sampler *sampler = sampler_of(child.pid, (bko_sampler_options){0});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_int_equal(result_of(sampler).processes_peak, 3);
    kill(child.pid, SIGKILL);
    waitpid(child.pid, NULL, 0);
    assert_int_equal(bko_sampler_full(sampler, TICK, 0), 1);
    size_t count = 0;
    assert_int_equal(bko_sampler_samples(sampler, &count)[1].processes, 2);
    bko_sampler_free(sampler);
    close(child.say);
    close(child.hear);
}

static void says_gone_when_the_tree_has_ended(void **state) {
    (void)state;
    struct subject child = subject_start(wait_forever, 0);
    bko_sampler *sampler = sampler_of(child.pid, (bko_sampler_options){0});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    subject_end(&child);
    assert_int_equal(bko_sampler_tick(sampler, 1000 * TICK, 0), BKO_EGONE);
    assert_int_equal(bko_sampler_full(sampler, 2000 * TICK, 0), BKO_EGONE);
    assert_int_equal(bko_sampler_finish(sampler), BKO_EGONE);
    assert_int_equal(result_of(sampler).samples, 1);
    bko_sampler_free(sampler);
}

static void peak_between_samples(struct subject *self, size_t size) {
    subject_tell(self);
    subject_wait(self);
    munmap(touched_pages(size), size);
    wait_forever(self, 0);
}

static void finish_finds_a_peak_between_samples(void **state) {
    (void)state;
    struct subject child = subject_start(peak_between_samples, SIZE);
    bko_sampler *sampler = sampler_of(child.pid, (bko_sampler_options){0});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    int64_t before = result_of(sampler).footprint_peak;
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, TICK, 0), 1);
    if (!SANITIZED) {
        assert_true(result_of(sampler).footprint_peak < before + SIZE);
        assert_int_equal(bko_sampler_finish(sampler), BKO_OK);
        assert_in_range(result_of(sampler).footprint_peak, SIZE, before + SIZE + MIB);
    }
    bko_sampler_free(sampler);
    subject_end(&child);
}

/* By its own account of CPU time, which the machine's other work doesn't change. */
static void stays_within_its_budget(void **state) {
    (void)state;
    enum { TICKS = 2000 };
    struct subject child = subject_start(fork_on_demand, MIB);
    bko_sampler *sampler =
        sampler_of(child.pid, (bko_sampler_options){.budget = 0.01, .every_ns = SHORT_TICK});
    subject_wait(&child);
    subject_step(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    int taken = tick_many(sampler, SHORT_TICK, TICKS);
    bko_sampler_result result = result_of(sampler);
    double share = (double)result.probe_cpu_ns / ((double)TICKS * (double)SHORT_TICK);
    print_message("%d samples, %d complete, %.2f %% of the time\n", taken, (int)result.full_samples,
                  100 * share);
    assert_true(share <= 0.012);
    assert_true(result.full_samples > 1);
    assert_true(taken + result.skipped >= TICKS);
    bko_sampler_free(sampler);
    subject_end(&child);
}

static void a_tiny_budget_leaves_ticks_out(void **state) {
    (void)state;
    struct subject child = subject_start(wait_forever, 0);
    bko_sampler *sampler =
        sampler_of(child.pid, (bko_sampler_options){.budget = 1e-6, .every_ns = SHORT_TICK});
    subject_wait(&child);
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    assert_true(tick_many(sampler, SHORT_TICK, 100) <= 2);
    /* It asks to be left alone until it can afford one. */
    assert_true(bko_sampler_due_ns(sampler) > 100 * SHORT_TICK);
    bko_sampler_free(sampler);
    subject_end(&child);
}

static void thins_out_a_long_run(void **state) {
    (void)state;
    enum { KEPT = 64, TICKS = 1000 };
    struct subject child = subject_start(wait_forever, 0);
    bko_sampler *sampler =
        sampler_of(child.pid, (bko_sampler_options){.max_samples = KEPT, .budget = 1});
    subject_wait(&child);
    (void)tick_many(sampler, TICK, TICKS);
    size_t count = 0;
    const bko_memory_sample *samples = bko_sampler_samples(sampler, &count);
    assert_in_range(count, KEPT / 2, KEPT);
    assert_int_equal(samples[0].time_ns, 1);
    assert_true(samples[count - 1].time_ns > (TICKS - 40) * TICK);
    for (size_t i = 1; i < count; i++) {
        assert_true(samples[i].time_ns > samples[i - 1].time_ns);
    }
    assert_int_equal(result_of(sampler).every_ns, 16 * TICK);
    bko_sampler_free(sampler);
    subject_end(&child);
}

static int open_descriptors(void) {
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

static void leaves_nothing_behind(void **state) {
    (void)state;
    struct subject child = subject_start(fork_on_demand, MIB);
    subject_wait(&child);
    subject_step(&child);
    int before = open_descriptors();
    bko_sampler *sampler = sampler_of(child.pid, (bko_sampler_options){.budget = 1});
    struct mallinfo2 heap = mallinfo2(); /* all zero under a sanitizer */
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    (void)tick_many(sampler, TICK, 500);
    assert_int_equal(mallinfo2().uordblks, heap.uordblks);
    assert_true(open_descriptors() > before);
    bko_sampler_free(sampler);
    assert_int_equal(open_descriptors(), before);
    subject_end(&child);
}

/* The bench forks trials, and their Lua states may collect what they inherited. */
static void may_be_freed_in_a_forked_child(void **state) {
    (void)state;
    struct subject child = subject_start(wait_forever, 0);
    subject_wait(&child);
    bko_sampler *sampler = sampler_of(child.pid, (bko_sampler_options){0});
    assert_int_equal(bko_sampler_full(sampler, 0, 0), 1);
    pid_t fork_of_bench = fork();
    if (fork_of_bench == 0) {
        bko_sampler_free(sampler);
        _exit(7);
    }
    int status = 0;
    waitpid(fork_of_bench, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    assert_int_equal(bko_sampler_full(sampler, TICK, 0), 1);
    bko_sampler_free(sampler);
    subject_end(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_options_out_of_range),
        cmocka_unit_test(samples_when_due_and_not_before),
        cmocka_unit_test(full_sample_has_everything),
        cmocka_unit_test(follows_a_tree_as_it_changes),
        cmocka_unit_test(keeps_an_orphan_it_knows),
        cmocka_unit_test(says_gone_when_the_tree_has_ended),
        cmocka_unit_test(finish_finds_a_peak_between_samples),
        cmocka_unit_test(stays_within_its_budget),
        cmocka_unit_test(a_tiny_budget_leaves_ticks_out),
        cmocka_unit_test(thins_out_a_long_run),
        cmocka_unit_test(leaves_nothing_behind),
        cmocka_unit_test(may_be_freed_in_a_forked_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
