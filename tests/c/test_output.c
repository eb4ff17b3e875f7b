/* Files are replaced as a whole or not at all, whichever system call fails; links and devices. */
#include "core/output.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"

/* --- system calls that fail ----------------------------------------------------------------------- */

/* These take the place of libc's functions in this program. A call is counted while `fail_at` is
 * set; the one with that number fails. */
static int calls, fail_at;

static bool is_to_fail(void) {
    if (fail_at == 0 || ++calls != fail_at) {
        return false;
    }
    errno = ENOSPC;
    return true;
}

/* A disk takes what fits: half of it is written, then the next call fails. */
ssize_t write(int fd, const void *data, size_t size) {
    if (is_to_fail()) {
        return -1;
    }
    return syscall(SYS_write, fd, data, fail_at != 0 && size > 1 ? size / 2 : size);
}

int fsync(int fd) {
    return is_to_fail() ? -1 : (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to) {
    return is_to_fail() ? -1 : renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int fchmod(int fd, mode_t mode) {
    return is_to_fail() ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

/* --- a folder for each test ----------------------------------------------------------------------- */

static char folder[64];
static char path[80];

static int set_up(void **state) {
    (void)state;
    strcpy(folder, "/tmp/bakeoff-output-XXXXXX");
    fail_at = 0;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    char command[128];
    fail_at = 0;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static const char *beside(const char *name) {
    static char found[128];
    snprintf(found, sizeof found, "%s/%s", folder, name);
    return found;
}

static void assert_content(const char *name, const char *expected) {
    char text[64];
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    text[got > 0 ? got : 0] = '\0';
    assert_string_equal(text, expected);
}

static void assert_no_temporary(void) {
    struct stat info;
    assert_int_equal(lstat(beside("file.new~"), &info), -1);
}

static mode_t mode_of(const char *name) {
    struct stat info;
    assert_int_equal(lstat(name, &info), 0);
    return info.st_mode;
}

/* Replaces the file's content, and asserts that this went well. */
static void store(const char *name, const char *text, unsigned flags) {
    assert_int_equal(bko__output_store(name, text, strlen(text), flags), BKO_OK);
}

static void assert_refused(const char *name, unsigned flags, int expected) {
    assert_int_equal(bko__output_store(name, "new", 3, flags), BKO_ESYS);
    assert_int_equal(errno, expected);
}

/* --- whole or not at all -------------------------------------------------------------------------- */

/* Fails the calls one after the other until a store succeeds; returns how many it took. */
static int fail_each(unsigned flags) {
    for (int number = 1;; number++) {
        calls = 0;
        fail_at = number;
        int err = bko__output_store(path, "new content", 11, flags);
        int problem = errno;
        fail_at = 0;
        assert_no_temporary();
        if (err == BKO_OK) {
            assert_content(path, "new content");
            return number - 1;
        }
        assert_int_equal(err, BKO_ESYS);
        assert_int_equal(problem, ENOSPC);
        assert_content(path, "old");
    }
}

static void whichever_call_fails_the_old_file_stays(void **state) {
    (void)state;
    store(path, "old", 0);
    assert_true(fail_each(0) >= 6); /* fchmod, some writes, fsync, rename */
    store(path, "old", 0);
    int own = fail_each(BKO__OUTPUT_OWN);
    store(path, "old", 0);
    assert_int_equal(fail_each(BKO__OUTPUT_OWN | BKO__OUTPUT_UNSYNCED), own - 1);
}

static void without_a_commit_nothing_changes(void **state) {
    (void)state;
    bko__output out;
    store(path, "old", 0);
    assert_int_equal(bko__output_open(&out, path, 0), BKO_OK);
    assert_int_equal(bko__output_write(&out, "new", 3), BKO_OK);
    bko__output_discard(&out);
    bko__output_discard(&out);
    assert_content(path, "old");
    assert_no_temporary();
}

static void what_a_killed_process_left_is_no_obstacle(void **state) {
    (void)state;
    store(beside("file.new~"), "half", 0);
    store(path, "new", 0);
    assert_content(path, "new");
    store(beside("victim"), "whole", 0);
    char target[128];
    snprintf(target, sizeof target, "%s", beside("victim"));
    assert_int_equal(symlink(target, beside("file.new~")), 0);
    store(path, "newer", 0);
    assert_content(target, "whole"); /* nothing is written through a planted link */
    assert_content(path, "newer");
}

static void modes_are_kept_and_secrets_private(void **state) {
    (void)state;
    store(path, "old", 0);
    assert_int_equal(chmod(path, 0640), 0);
    store(path, "new", 0);
    assert_int_equal(mode_of(path) & 0777, 0640);
    store(path, "secret", BKO__OUTPUT_PRIVATE);
    assert_int_equal(mode_of(path) & 0777, 0600);
    store(beside("fresh"), "secret", BKO__OUTPUT_PRIVATE);
    assert_int_equal(mode_of(beside("fresh")) & 0777, 0600);
}

/* --- what is no regular file ---------------------------------------------------------------------- */

static void a_link_that_the_user_named_stays(void **state) {
    (void)state;
    store(path, "old", 0);
    assert_int_equal(symlink("file", beside("link")), 0);
    assert_int_equal(symlink("gone", beside("dangling")), 0);
    store(beside("link"), "new", 0);
    assert_content(path, "new");
    assert_true(S_ISLNK(mode_of(beside("link"))));
    store(beside("dangling"), "made", 0);
    assert_content(beside("gone"), "made");
    assert_true(S_ISLNK(mode_of(beside("dangling"))));
}

static void an_own_folder_is_no_way_to_other_files(void **state) {
    (void)state;
    store(path, "old", 0);
    assert_int_equal(symlink("file", beside("link")), 0);
    assert_refused(beside("link"), BKO__OUTPUT_OWN, ELOOP);
    assert_int_equal(bko__output_append(beside("link")), -1);
    assert_int_equal(errno, ELOOP);
    assert_int_equal(mkfifo(beside("pipe"), 0600), 0);
    assert_refused(beside("pipe"), BKO__OUTPUT_OWN, ELOOP);
    assert_refused(folder, BKO__OUTPUT_OWN, EISDIR);
    assert_content(path, "old");
}

static void a_device_is_written_to(void **state) {
    (void)state;
    store("/dev/null", "gone", 0);
    assert_true(S_ISCHR(mode_of("/dev/null")));
    assert_refused("/dev/full", 0, ENOSPC);
    assert_true(S_ISCHR(mode_of("/dev/full")));
    assert_refused(folder, 0, EISDIR);
}

/* As with --export-csv /dev/stdout, where standard output is a file. */
static void an_open_descriptor_is_written_to(void **state) {
    (void)state;
    char name[64];
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    snprintf(name, sizeof name, "/dev/fd/%d", fd);
    assert_int_equal(write(fd, "first ", 6), 6);
    store(name, "second", 0);
    close(fd);
    assert_content(path, "first second");
}

static void what_cannot_be_opened_is_told(void **state) {
    (void)state;
    static char longest[PATH_MAX + 10];
    assert_refused(beside("none/file"), 0, ENOENT);
    memset(longest, 'x', sizeof longest - 1);
    assert_int_equal(bko__output_store(longest, "", 0, 0), BKO_ETOOLARGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whichever_call_fails_the_old_file_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_commit_nothing_changes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_killed_process_left_is_no_obstacle, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(modes_are_kept_and_secrets_private, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_link_that_the_user_named_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_own_folder_is_no_way_to_other_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_device_is_written_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_open_descriptor_is_written_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_opened_is_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
