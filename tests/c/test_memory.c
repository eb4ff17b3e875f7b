/* Memory of processes and trees, compared with allocations of known size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/cpu.h"
#include "bakeoff/error.h"
#include "bakeoff/memory.h"
#include "probe/memory.h"
#include "support_probe.h"

enum { MIB = 1024 * 1024, SIZE = 64 * MIB, FORKS = 4 };

static void assert_about(int64_t value, int64_t expected, double tolerance) {
    int64_t margin = (int64_t)((double)expected * tolerance);
    assert_in_range(value, expected - margin, expected + margin);
}

static void skip_when_sanitized(void) {
    if (SANITIZED) {
        print_message("exact sizes are not those of a sanitizer's process\n");
        skip();
    }
}

static void allocate_then_wait(struct subject *self, size_t size) {
    subject_tell(self);
    subject_wait(self);
    void *pages = touched_pages(size);
    subject_tell(self);
    subject_wait(self);
    munmap(pages, size);
    subject_tell(self);
    subject_wait(self);
}

static void sees_an_allocation_within_two_percent(void **state) {
    (void)state;
    skip_when_sanitized();
    struct subject child = subject_start(allocate_then_wait, SIZE);
    bko_memory before;
    bko_memory after;
    subject_wait(&child);
    assert_int_equal(bko_memory_read(child.pid, &before), BKO_OK);
    subject_step(&child);
    assert_int_equal(bko_memory_read(child.pid, &after), BKO_OK);
    assert_about(after.rss - before.rss, SIZE, 0.02);
    assert_about(after.uss - before.uss, SIZE, 0.02);
    assert_about(after.pss - before.pss, SIZE, 0.02);
    assert_int_equal(after.uss + after.shared, after.rss);
    subject_end(&child);
}

static void remembers_a_peak_that_has_passed(void **state) {
    (void)state;
    skip_when_sanitized();
    struct subject child = subject_start(allocate_then_wait, SIZE);
    bko_memory now;
    int64_t peak = 0;
    subject_wait(&child);
    subject_step(&child);
    subject_step(&child);
    assert_int_equal(bko_memory_read(child.pid, &now), BKO_OK);
    assert_int_equal(bko_memory_read_peak(child.pid, &peak), BKO_OK);
    assert_true(now.rss < SIZE);
    assert_true(peak >= SIZE);
    assert_true(peak < SIZE + now.rss + MIB);
    subject_end(&child);
}

static void wait_forever(struct subject *self, size_t unused) {
    (void)unused;
    subject_tell(self);
    subject_wait(self);
}

static void footprint_of_one_process_is_its_rss(void **state) {
    (void)state;
    struct subject child = subject_start(wait_forever, 0);
    bko_memory_tree tree;
    subject_wait(&child);
    assert_int_equal(bko_memory_read_tree(child.pid, &tree), BKO_OK);
    assert_int_equal(tree.processes, 1);
    assert_int_equal(tree.footprint, tree.rss);
    assert_true(tree.pss <= tree.rss);
    assert_true(tree.probe_ns > 0);
    subject_end(&child);
}

static void share_with_forks(struct subject *self, size_t size) {
    struct subject forks[FORKS];
    (void)touched_pages(size);
    for (int i = 0; i < FORKS; i++) {
        forks[i] = subject_start(wait_forever, 0);
        subject_wait(&forks[i]);
    }
    subject_tell(self);
    subject_wait(self);
    subject_end(&forks[0]);
    subject_tell(self);
    subject_wait(self);
}

static void counts_pages_shared_by_forks_once(void **state) {
    (void)state;
    skip_when_sanitized();
    struct subject child = subject_start(share_with_forks, SIZE);
    bko_memory_tree tree;
    subject_wait(&child);
    assert_int_equal(bko_memory_read_tree(child.pid, &tree), BKO_OK);
    assert_int_equal(tree.processes, 1 + FORKS);
    assert_in_range(tree.rss, (int64_t)(1 + FORKS) * SIZE, (int64_t)(1 + FORKS) * (SIZE + 4 * MIB));
    assert_in_range(tree.footprint, SIZE, SIZE + 6 * MIB);
    assert_in_range(tree.pss, SIZE, SIZE + 6 * MIB);
    assert_in_range(tree.uss, 0, 6 * MIB);
    subject_end(&child);
}

static void of_shared_parts_the_largest_counts(void **state) {
    (void)state;
    const int64_t shared[] = {10, 30, 20, 40, 5};
    bko_memory_tree tree = {0};
    for (size_t i = 0; i < 5; i++) {
        bko__memory_add(&tree, &(bko_memory){.rss = 1 + shared[i], .uss = 1, .shared = shared[i]});
    }
    assert_int_equal(tree.largest_shared, 40);
    assert_int_equal(tree.footprint, 5 + 40);
    assert_int_equal(tree.processes, 5);
}

/* Makes a file on disk that no other process has mapped. */
static int file_of(size_t size) {
    char path[4096];
    const char *folder = getenv("BAKEOFF_BUILD");
    snprintf(path, sizeof path, "%s/memory-XXXXXX", folder != NULL ? folder : "/tmp");
    int fd = mkstemp(path);
    void *bytes = calloc(1, size);
    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(write(fd, bytes, size), size);
    assert_int_equal(fsync(fd), 0);
    free(bytes);
    return fd;
}

static void pages_of_a_file_that_nobody_shares_are_unique(void **state) {
    (void)state;
    skip_when_sanitized();
    int sum = 0;
    int fd = file_of(SIZE);
    bko_memory before;
    bko_memory after;
    assert_int_equal(bko_memory_read(getpid(), &before), BKO_OK);
    unsigned char *pages = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, fd, 0);
    assert_true(pages != MAP_FAILED);
    for (size_t at = 0; at < SIZE; at += 4096) {
        sum += pages[at];
    }
    assert_int_equal(bko_memory_read(getpid(), &after), BKO_OK);
    munmap(pages, SIZE);
    close(fd);
    assert_int_equal(sum, 0);
    assert_about(after.uss - before.uss, SIZE, 0.02);
}

static void skips_a_vanished_child_only(void **state) {
    (void)state;
    struct subject child = subject_start(share_with_forks, MIB);
    bko_memory_tree tree;
    subject_wait(&child);
    subject_step(&child);
    assert_int_equal(bko_memory_read_tree(child.pid, &tree), BKO_OK);
    assert_int_equal(tree.processes, FORKS);
    subject_end(&child);
}

static void leave_a_zombie(struct subject *self, size_t unused) {
    (void)unused;
    siginfo_t info;
    pid_t zombie = fork();
    if (zombie == 0) {
        _exit(0);
    }
    waitid(P_PID, (id_t)zombie, &info, WEXITED | WNOWAIT);
    subject_tell(self);
    subject_wait(self);
}

static void skips_zombies(void **state) {
    (void)state;
    struct subject child = subject_start(leave_a_zombie, 0);
    bko_memory_tree tree;
    subject_wait(&child);
    assert_int_equal(bko_memory_read_tree(child.pid, &tree), BKO_OK);
    assert_int_equal(tree.processes, 1);
    subject_end(&child);
}

static void says_gone_of_a_process_that_ended(void **state) {
    (void)state;
    struct subject child = subject_start(wait_forever, 0);
    bko_memory memory;
    bko_memory_tree tree;
    bko_cpu cpu;
    siginfo_t info;
    int64_t peak = 0;
    kill(child.pid, SIGKILL);
    waitid(P_PID, (id_t)child.pid, &info, WEXITED | WNOWAIT);
    assert_int_equal(bko_memory_read(child.pid, &memory), BKO_EGONE); /* a zombie */
    assert_int_equal(bko_memory_read_peak(child.pid, &peak), BKO_EGONE);
    assert_int_equal(bko_memory_read_tree(child.pid, &tree), BKO_EGONE);
    subject_end(&child);
    assert_int_equal(bko_memory_read(child.pid, &memory), BKO_EGONE); /* reaped */
    assert_int_equal(bko_memory_read_tree(child.pid, &tree), BKO_EGONE);
    assert_int_equal(bko_cpu_read(child.pid, &cpu), BKO_EGONE);
}

static void burn(struct subject *self, size_t switches) {
    bko_cpu cpu = {0};
    while (cpu.total_s < 0.05 && bko_cpu_read(getpid(), &cpu) == BKO_OK) {
    }
    for (size_t i = 0; i < switches; i++) {
        usleep(1);
    }
    subject_tell(self);
    subject_wait(self);
}

static void reads_cpu_time_and_switches_of_another(void **state) {
    (void)state;
    struct subject child = subject_start(burn, 50);
    bko_cpu cpu;
    subject_wait(&child);
    assert_int_equal(bko_cpu_read(child.pid, &cpu), BKO_OK);
    assert_true(cpu.total_s >= 0.05);
    assert_true(cpu.user_s + cpu.system_s > 0);
    assert_true(cpu.voluntary >= 50);
    assert_true(cpu.involuntary >= 0);
    assert_true(cpu.threads >= 1);
    subject_end(&child);
}

/* In /proc/PID/stat the name stands in brackets before the numbers. */
static void a_name_with_a_bracket_changes_nothing(void **state) {
    (void)state;
    char usual[16];
    bko_cpu cpu;
    prctl(PR_GET_NAME, usual);
    prctl(PR_SET_NAME, "a) b");
    int err = bko_cpu_read(getpid(), &cpu);
    prctl(PR_SET_NAME, usual);
    assert_int_equal(err, BKO_OK);
    assert_int_equal(cpu.parent, getppid());
}

static void cpu_time_of_a_tree_keeps_what_its_dead_have_used(void **state) {
    (void)state;
    double before;
    double alive;
    double child_alone;
    double reaped;
    assert_int_equal(bko_cpu_read_tree(getpid(), &before), BKO_OK);
    struct subject child = subject_start(burn, 0);
    subject_wait(&child);
    assert_int_equal(bko_cpu_read_tree(child.pid, &child_alone), BKO_OK);
    assert_int_equal(bko_cpu_read_tree(getpid(), &alive), BKO_OK);
    subject_end(&child);
    assert_int_equal(bko_cpu_read_tree(getpid(), &reaped), BKO_OK);
    assert_true(child_alone > 0.02); /* it used 0.05 s; a tick is 0.01 s */
    assert_true(alive - before > child_alone - 0.02);
    assert_true(reaped > alive - 0.02);
    assert_int_equal(bko_cpu_read_tree(child.pid, &reaped), BKO_EGONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sees_an_allocation_within_two_percent),
        cmocka_unit_test(remembers_a_peak_that_has_passed),
        cmocka_unit_test(footprint_of_one_process_is_its_rss),
        cmocka_unit_test(counts_pages_shared_by_forks_once),
        cmocka_unit_test(of_shared_parts_the_largest_counts),
        cmocka_unit_test(pages_of_a_file_that_nobody_shares_are_unique),
        cmocka_unit_test(skips_a_vanished_child_only),
        cmocka_unit_test(skips_zombies),
        cmocka_unit_test(says_gone_of_a_process_that_ended),
        cmocka_unit_test(reads_cpu_time_and_switches_of_another),
        cmocka_unit_test(a_name_with_a_bracket_changes_nothing),
        cmocka_unit_test(cpu_time_of_a_tree_keeps_what_its_dead_have_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
