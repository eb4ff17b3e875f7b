/* Descriptors: closing once, moving out of the way, writing until everything is written. */
#include "core/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"

static void closing_is_done_once_and_keeps_errno(void **state) {
    (void)state;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int was = fd;
    errno = EDOM;
    bko__fd_close(&fd);
    assert_int_equal(fd, -1);
    bko__fd_close(&fd);
    assert_int_equal(errno, EDOM);
    assert_int_equal(fcntl(was, F_GETFD), -1);
}

static void a_low_descriptor_moves_up(void **state) {
    (void)state;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int was = fd;
    assert_int_equal(bko__fd_move_up(&fd, 50), BKO_OK);
    assert_true(fd >= 50);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    assert_int_equal(fcntl(was, F_GETFD), -1);
    was = fd;
    assert_int_equal(bko__fd_move_up(&fd, 50), BKO_OK);
    assert_int_equal(fd, was);
    bko__fd_close(&fd);
}

static void what_is_not_open_does_not_move(void **state) {
    (void)state;
    int fd = -1;
    assert_int_equal(bko__fd_move_up(&fd, 50), BKO_ESYS);
    assert_int_equal(fd, -1);
}

static void a_file_in_memory_is_no_program(void **state) {
    (void)state;
    char path[64];
    int fd = bko__fd_memory("test");
    assert_true(fd >= 0);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    assert_int_equal(bko__fd_write_all(fd, "#!/bin/sh\n", 10), BKO_OK);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int could_be = access(path, X_OK) == 0; /* before Linux 6.3 */
    int flagged = memfd_create("test", 8U /* MFD_NOEXEC_SEAL */);
    assert_true(flagged < 0 || !could_be);
    bko__fd_close(&fd);
    bko__fd_close(&flagged);
}

/* --- writing ---------------------------------------------------------------------------------- */

enum { INTERRUPTIONS = 3, SIZE = 1 << 20 };

static int ticks = -1; /* a pipe that the handler writes to */

static void on_alarm(int number) {
    (void)number;
    ssize_t written = write(ticks, "", 1);
    (void)written;
}

/* Sends a signal every 5 ms, which interrupts blocking calls; stops when `on` is 0. */
static void interrupt(int on) {
    struct sigaction action = {.sa_handler = on_alarm}; /* without SA_RESTART */
    struct itimerval timer = {{0, on ? 5000 : 0}, {0, on ? 5000 : 0}};
    if (on) {
        sigaction(SIGALRM, &action, NULL);
    }
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* Reads `from` only after the writer, which waits for room, has been interrupted; exits with 0 when
 * all bytes have arrived. */
static _Noreturn void read_late(int from, int tick) {
    char bytes[4096];
    long total = 0;
    for (int i = 0; i < INTERRUPTIONS; i++) {
        if (read(tick, bytes, 1) != 1) {
            _exit(1);
        }
    }
    for (ssize_t got; (got = read(from, bytes, sizeof bytes)) > 0;) {
        total += got;
    }
    _exit(total == SIZE ? 0 : 1);
}

static void all_is_written_whatever_signals_come(void **state) {
    (void)state;
    static char data[SIZE];
    int to[2], tick[2], status;
    assert_int_equal(pipe(to) | pipe(tick), 0);
    pid_t reader = fork();
    if (reader == 0) {
        close(to[1]);
        read_late(to[0], tick[0]);
    }
    close(to[0]);
    ticks = tick[1];
    interrupt(1);
    int err = bko__fd_write_all(to[1], data, SIZE);
    interrupt(0);
    close(to[1]);
    assert_int_equal(err, BKO_OK);
    assert_int_equal(waitpid(reader, &status, 0), reader);
    assert_int_equal(status, 0);
    close(tick[0]);
    close(tick[1]);
}

static void a_failed_write_is_told(void **state) {
    (void)state;
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_int_equal(bko__fd_write_all(fd, "x", 1), BKO_ESYS);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(bko__fd_write_all(fd, NULL, 0), BKO_OK);
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(closing_is_done_once_and_keeps_errno),
                                       cmocka_unit_test(a_low_descriptor_moves_up),
                                       cmocka_unit_test(what_is_not_open_does_not_move),
                                       cmocka_unit_test(a_file_in_memory_is_no_program),
                                       cmocka_unit_test(all_is_written_whatever_signals_come),
                                       cmocka_unit_test(a_failed_write_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
